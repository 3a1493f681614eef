import { cpus, loadavg } from 'node:os';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { DEFAULT_N8N_VERSION } from '../test/n8n/versions';

const DOCS = resolve(__dirname, '../docs');
const FILE = join(DOCS, 'benchmarks.md');

/** What a benchmark found: its section of docs/benchmarks.md. */
export interface Report {
	/** The section's heading, and what finds it again. */
	title: string;
	/** The benchmark's name on the command line. */
	name: string;
	/** What was measured, and how. */
	intro: string;
	/** All with the same keys, which become the table's head. */
	rows: Array<Record<string, string | number>>;
	/** What to read from it: ratios round by round, what the table doesn't show. */
	notes: string[];
	/** Shown above the table. */
	picture?: { file: string; svg: string; alt: string };
}

/** Prints what was found and, where the command said `--write`, puts it into docs/. */
export async function report(found: Report): Promise<void> {
	console.table(found.rows);
	for (const note of found.notes) console.log(`- ${note}`);
	if (!process.argv.includes('--write')) return;
	const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '# Benchmarks\n';
	const options = { ...(await resolveConfig(FILE)), filepath: FILE };
	writeFileSync(FILE, await format(withSection(text, found), options));
	if (found.picture) writeFileSync(join(DOCS, found.picture.file), found.picture.svg);
	console.log(`written to docs/benchmarks.md: ${found.title}`);
}

/** The text with the report's section instead of the old one; the other sections stay. */
function withSection(text: string, found: Report): string {
	const [head, ...sections] = text.split(/^(?=## )/m);
	const section = `${markdown(found)}\n\n`;
	const old = sections.findIndex((other) => other.startsWith(`## ${found.title}\n`));
	sections.splice(old < 0 ? sections.length : old, old < 0 ? 0 : 1, section);
	return [head, ...sections].map((part) => `${part!.trimEnd()}\n\n`).join('');
}

function markdown({ title, name, intro, rows, notes, picture }: Report): string {
	const keys = Object.keys(rows[0]!);
	const line = (cells: Array<string | number>) => `| ${cells.join(' | ')} |`;
	const table = [
		line(keys),
		line(keys.map((key) => (typeof rows[0]![key] === 'number' ? '--:' : '---'))),
		...rows.map((row) => line(keys.map((key) => row[key]!))),
	];
	return [
		`## ${title}`,
		intro,
		...(picture ? [`![${picture.alt}](${picture.file})`] : []),
		table.join('\n'),
		notes.map((note) => `- ${note}`).join('\n'),
		`${describeRun()}: \`npm run bench -- ${name} --write\``,
	].join('\n\n');
}

/** When, on what, with which versions. */
function describeRun(): string {
	const day = new Date().toISOString().slice(0, 10);
	const [cpu] = cpus();
	const processors = `${cpus().length} cores (${cpu!.model.trim()})`;
	// Above the number of cores others were at work as well, and times say less than ratios.
	const load = `load ${loadavg()[1]!.toFixed(0)}`;
	return `${day}, ${processors}, ${load}, Node ${process.versions.node}, n8n ${DEFAULT_N8N_VERSION}`;
}
