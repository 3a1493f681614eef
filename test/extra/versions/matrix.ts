import { compareVersions, DEFAULT_N8N_VERSION, minorOf } from '../../n8n/versions';

/** The oldest n8n that is supported. */
export const OLDEST = '1.85';

/** What the README shows and `npm run test:versions` tries by itself, oldest first. */
export const MATRIX = ['1.85.4', '1.123.81', '2.0.3', '2.20.12', DEFAULT_N8N_VERSION];

/** What became of one version of n8n: the tests of compatibility.test.ts by their names. */
export interface Tried {
	n8n: string;
	/** The Node that ran it. */
	node: number;
	/** YYYY-MM-DD */
	on: string;
	passed: Record<string, boolean>;
}

/** One result for each supported minor, oldest first: the last one; of one day, the one in `later`. */
export function merge(earlier: Tried[], later: Tried[]): Tried[] {
	const byMinor = new Map<string, Tried>();
	for (const tried of [...earlier, ...later]) {
		const known = byMinor.get(minorOf(tried.n8n));
		if (!known || known.on <= tried.on) byMinor.set(minorOf(tried.n8n), tried);
	}
	return [...byMinor.values()]
		.filter(({ n8n }) => compareVersions(n8n, OLDEST) >= 0)
		.sort((a, b) => compareVersions(a.n8n, b.n8n));
}

/** The results that the README shows. */
export function ofMatrix(results: Tried[]): Tried[] {
	const minors = MATRIX.map(minorOf);
	return results.filter(({ n8n }) => minors.includes(minorOf(n8n)));
}

const START = '<!-- The results of `npm run test:versions`; it writes this table. -->';
const END = '<!-- End of the results. -->';

/** The results as a table. */
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
 * A document with the table of these results in its place.
 *
 * @throws Error where it has no such place
 */
export function withTable(document: string, results: Tried[]): string {
	const [before, rest] = document.split(START);
	const after = rest?.split(END)[1];
	if (before === undefined || after === undefined) {
		throw new Error(`There is no place for the table: ${START} … ${END}`);
	}
	return `${before}${START}\n\n${tableOf(results)}\n\n${END}${after}`;
}
