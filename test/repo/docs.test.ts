import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The documents name files, scripts and headings: a name that leads nowhere is worse than none. */
const ROOT = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const REPOSITORY = 'https://github.com/n8n-nodes-krosai/n8n-nodes-krosai/';
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const docs = readdirSync(resolve(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const documents = [...readdirSync(ROOT), ...docs.map((file) => `docs/${file}`)].filter((file) =>
	file.endsWith('.md'),
);

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replace(/\s/g, '-');

const anchorsOf = (text: string) =>
	[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));

it('finds the documents', () => {
	expect(documents).toEqual(
		expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']),
	);
});

describe.each(documents)('%s', (document) => {
	const text = read(document);

	it('links only to files and headings that are there', () => {
		const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
		const broken = links
			.filter((target) => !/^[a-z]+:/.test(target) || target.startsWith(REPOSITORY))
			.filter((target) => {
				const [path = '', anchor] = target.split('#');
				const file = path.startsWith(REPOSITORY)
					? resolve(ROOT, path.slice(REPOSITORY.length).replace(/^(blob|raw)\/main\//, ''))
					: resolve(ROOT, path ? resolve(ROOT, dirname(document), path) : document);
				if (!existsSync(file)) return true;
				return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
			});
		expect(broken).toEqual([]);
	});

	it('names only scripts that are there', () => {
		const named = [...text.matchAll(/`?npm run ([\w:]+)/g)].map(([, script]) => script!);
		expect(named.filter((script) => !(script in scripts))).toEqual([]);
	});
});

it('is a front page: 12 kB, with links that work where npm shows it alone', () => {
	const text = read('README.md');
	expect(Buffer.byteLength(text)).toBeLessThanOrEqual(12_288);
	const relative = [...text.matchAll(/\]\(([^)\s]+)\)/g)].filter(([, to]) => !/^https:/.test(to!));
	expect(relative).toEqual([]);
});

it('has a moving picture that is quickly loaded', () => {
	const moving = docs.filter((file) => file.endsWith('.webp'));
	expect(moving).toEqual(['first-call.webp']);
	for (const file of moving)
		expect(statSync(resolve(ROOT, 'docs', file)).size).toBeLessThan(300_000);
});

it("has every heading of n8n's template for the README of a community node", () => {
	const headings = [...read('README.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
	expect(headings).toEqual(
		expect.arrayContaining([
			'Installation',
			'Operations',
			'Credentials',
			'Compatibility',
			'Usage',
			'Resources',
			'Version history',
		]),
	);
});

it('names only paths that are there, in CONTRIBUTING.md and the decisions', () => {
	const texts = documents
		.filter((document) => /^(CONTRIBUTING|docs\/decisions\/)/.test(document))
		.map(read);
	const named = texts.join('\n').match(/`(nodes|test|scripts|examples)\/[\w./-]+`/g) ?? [];
	const paths = [...new Set(named)].map((path) => path.slice(1, -1));
	// The operation that CONTRIBUTING.md adds, as an example.
	const isExample = (path: string) => path.includes('/transfer.operation.');
	expect(paths.filter((path) => !existsSync(resolve(ROOT, path)) && !isExample(path))).toEqual([]);
	expect(paths.length).toBeGreaterThan(10);
});

it('says of every folder of the nodes what belongs there, in CONTRIBUTING.md', () => {
	const folders = readdirSync(resolve(ROOT, 'nodes/KrosAi'), { withFileTypes: true });
	const text = read('CONTRIBUTING.md');
	for (const { name } of folders.filter((entry) => entry.isDirectory())) {
		expect(text).toMatch(new RegExp(`^  ${name}/ +\\S`, 'm'));
	}
});

it('lists every decision, in its order', () => {
	const files = readdirSync(resolve(ROOT, 'docs/decisions')).filter((file) => /^\d/.test(file));
	const listed = [...read('docs/decisions/README.md').matchAll(/\]\((\d[^)]+)\)/g)];
	expect(listed.map(([, file]) => file)).toEqual(files.sort());
	for (const [index, file] of files.entries()) {
		expect(file).toMatch(new RegExp(`^${String(index + 1).padStart(2, '0')}-`));
		expect(read(`docs/decisions/${file}`)).toMatch(new RegExp(`^# ${index + 1}\\. `));
	}
});
