/** A version of n8n that the package is tried in, as a whole, and the Node that runs it. */
export interface Entry {
	n8n: string;
	node: number;
}

/** Oldest first. */
export const MATRIX: Entry[] = [
	{ n8n: '1.85.4', node: 20 },
	{ n8n: '1.123.81', node: 20 },
	{ n8n: '2.0.3', node: 20 },
	{ n8n: '2.20.12', node: 22 },
	{ n8n: '2.41.1', node: 24 },
];

/** What became of one version: the tests of compatibility.test.ts by their names. */
export interface Tried extends Entry {
	/** YYYY-MM-DD */
	on: string;
	passed: Record<string, boolean>;
}

const START = '<!-- The results of `npm run test:versions`; it writes this table. -->';
const END = '<!-- End of the results. -->';

/** The results as the README's table. */
export function tableOf(results: Tried[]): string {
	const tests = [...new Set(results.flatMap(({ passed }) => Object.keys(passed)))];
	const titles = ['n8n', 'Node', ...tests.map((name) => name[0]!.toUpperCase() + name.slice(1))];
	const rows = results.map(({ n8n, node, passed }) => [
		n8n,
		String(node),
		...tests.map((name) => (passed[name] ? '✓' : 'no')),
	]);
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * The README with the table of these results in its place.
 *
 * @throws Error where the README has no such place
 */
export function withTable(readme: string, results: Tried[]): string {
	const [before, rest] = readme.split(START);
	const after = rest?.split(END)[1];
	if (before === undefined || after === undefined) {
		throw new Error(`The README has no place for the table: ${START} … ${END}`);
	}
	return `${before}${START}\n\n${tableOf(results)}\n\n${END}${after}`;
}
