/** A picture of lengths side by side, as SVG that needs no font or colour of the page's. */
export interface BarChart {
	title: string;
	subtitle: string;
	bars: Array<{
		label: string;
		value: number;
		/** What the length doesn't say. */
		note?: string;
	}>;
	/** A line at this value. */
	mark?: { value: number; label: string };
	/** A longer bar is cut at this value, and shown as cut. */
	longest?: number;
}

const WIDTH = 860;
const LEFT = 24;
const ROW = 52;
const TOP = 92;
const RIGHT = 210;
const FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif"';

/** The first bar is ours, and coloured so. */
export function barChart({ title, subtitle, bars, mark, longest = Infinity }: BarChart): string {
	const scale =
		(WIDTH - LEFT - RIGHT) /
		Math.min(longest, Math.max(mark?.value ?? 0, ...bars.map(({ value }) => value)));
	const height = TOP + bars.length * ROW + 16;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" ${FONT}>`,
		`<title>${escape(title)}</title>`,
		`<rect width="100%" height="100%" rx="8" fill="#ffffff"/>`,
		text(LEFT, 34, title, 'font-size="19" font-weight="600" fill="#1f2328"'),
		text(LEFT, 56, subtitle, 'font-size="13" fill="#59636e"'),
		...bars.map((bar, index) => drawBar(bar, TOP + index * ROW, scale, longest, index === 0)),
		...(mark ? [drawMark(LEFT + mark.value * scale, height, mark.label)] : []),
		'</svg>',
		'',
	].join('\n');
}

function drawBar(
	{ label, value, note }: BarChart['bars'][number],
	y: number,
	scale: number,
	longest: number,
	isOurs: boolean,
): string {
	const isCut = value > longest;
	const width = Math.max(2, Math.min(value, longest) * scale);
	const end = LEFT + width;
	const figure = value.toFixed(value < 100 ? 2 : 0) + (isCut ? ' (bar cut)' : '');
	return [
		text(LEFT, y + 4, label, `font-size="13" fill="#1f2328"${isOurs ? ' font-weight="600"' : ''}`),
		`<rect x="${LEFT}" y="${y + 10}" width="${width.toFixed(1)}" height="20" rx="3" fill="${isOurs ? '#0969da' : '#afb8c1'}"/>`,
		...(isCut ? [`<path d="M${end - 14} ${y + 34}l8 -28" stroke="#fff" stroke-width="4"/>`] : []),
		text(end + 8, y + 25, figure, 'font-size="13" fill="#1f2328"'),
		...(note
			? [text(end + 16 + figure.length * 7.5, y + 25, note, 'font-size="13" fill="#cf222e"')]
			: []),
	].join('\n');
}

function drawMark(x: number, height: number, label: string): string {
	return [
		`<path d="M${x.toFixed(1)} ${TOP - 14}V${height - 12}" stroke="#1a7f37" stroke-width="1.5" stroke-dasharray="4 3"/>`,
		text(x + 4, TOP - 16, label, 'font-size="12" fill="#1a7f37"'),
	].join('\n');
}

function text(x: number, y: number, words: string, style: string): string {
	return `<text x="${x.toFixed(1)}" y="${y}" ${style}>${escape(words)}</text>`;
}

function escape(words: string): string {
	return words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
