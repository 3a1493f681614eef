import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json'));

beforeAll(() => {
	if (!existsSync(resolve(ROOT, 'dist/nodes/KrosAi/KrosAi.node.js'))) {
		throw new Error('dist/ is missing or not complete: run "npm run build" first');
	}
});

/** Sources with this ending, as the paths they are built to. */
function built(folder: string, ending: string): string[] {
	return readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith(ending))
		.map((file) => `dist/${folder}/${file.replace(/\.ts$/, '.js')}`);
}

describe("package.json keeps the rules of n8n's verification", () => {
	it('says what the package is, whose, and under which licence', () => {
		expect(manifest).toMatchObject({
			name: 'n8n-nodes-krosai',
			version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
			description: expect.stringMatching(/\w/),
			license: 'MIT',
			author: { name: expect.stringMatching(/\w/), email: expect.stringMatching(/@/) },
			homepage: expect.stringMatching(/^https:\/\//),
			repository: { type: 'git', url: expect.stringMatching(/^git\+https:\/\/.+\.git$/) },
			bugs: { url: expect.stringMatching(/^https:\/\//) },
			main: 'index.js',
			type: 'commonjs',
			engines: { node: expect.stringMatching(/^>=/) },
		});
		expect(manifest.keywords).toContain('n8n-community-node-package');
		expect(manifest.files).toContain('dist');
	});

	it('registers every node and credential', () => {
		expect(manifest.n8n).toEqual({
			n8nNodesApiVersion: 1,
			strict: true,
			nodes: built('nodes', '.node.ts'),
			credentials: built('credentials', '.credentials.ts'),
		});
		for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
			expect(existsSync(resolve(ROOT, file))).toBe(true);
		}
	});

	it('brings no dependencies', () => {
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		for (const key of ['dependencies', 'optionalDependencies', 'bundleDependencies', 'overrides']) {
			expect(manifest).not.toHaveProperty(key);
		}
	});

	it('has no script that npm would run by itself, at install or around another', () => {
		const names = Object.keys(manifest.scripts);
		const forbidden = ['prepare', 'install', 'prepublish'];
		const around = names.filter(
			(name) => names.includes(name.replace(/^(pre|post)/, '')) && /^(pre|post)/.test(name),
		);
		expect(names.filter((name) => forbidden.includes(name.replace(/^(pre|post)/, '')))).toEqual([]);
		expect(names.filter((name) => forbidden.includes(name))).toEqual([]);
		expect(around).toEqual([]);
	});
});

describe('what npm packs', () => {
	let packed: { size: number; files: Array<{ path: string }> };
	beforeAll(() => {
		const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=silent'];
		const output = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });
		[packed] = JSON.parse(output);
	}, 60_000);

	it('is 170 kB at most', () => {
		expect(packed.size).toBeLessThanOrEqual(170_000);
		expect(packed.size).toBeGreaterThan(30_000);
	});

	it('is what n8n loads, the code in three files, and the documents', () => {
		const documents = ['CHANGELOG.md', 'LICENSE.md', 'README.md', 'index.js', 'package.json'];
		const paths = packed.files.map(({ path }) => path);
		expect(paths.sort()).toEqual(
			[
				...documents,
				...manifest.n8n.nodes,
				...manifest.n8n.credentials,
				...['nodes.js', 'phone/phoneNumber.js', 'rules/zoneTable.js'].map(
					(file) => `dist/nodes/KrosAi/${file}`,
				),
				...['.node.json', '.svg'].flatMap((ending) => built('nodes', ending)),
			].sort(),
		);
		expect(paths).toEqual(
			expect.arrayContaining(
				['krosai.svg', 'KrosAi.node.json'].map((file) => `dist/nodes/KrosAi/${file}`),
			),
		);
	});

	it('holds the phone library once, and asks for nothing that is not in it', () => {
		const scripts = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.js'));
		// The plan of Nigeria, as the library's metadata begin it.
		const holders = scripts.filter((file) => /\bNG["']?: ?\["234", ?"009"/.test(read(file)));
		expect(holders).toEqual(['dist/nodes/KrosAi/phone/phoneNumber.js']);

		const required = scripts.flatMap((file) =>
			[...read(file).matchAll(/\brequire\(["']([^."'][^"']*)["']\)/g)].map(([, name]) => name),
		);
		expect([...new Set(required)].sort()).toEqual(['crypto', 'n8n-workflow']);
	});
});

it('loads one file, and the phone library and the zones only when they are asked', () => {
	// In a process of its own: here others have loaded them.
	const script = `
		const classes = require('.');
		const { description } = new classes.KrosAi();
		const names = [...Object.values(classes)].map((Type) => (new Type().description ?? new Type()).name);
		const files = Object.keys(require.cache).flatMap((file) => file.split('/dist/nodes/')[1] ?? []);
		const text = JSON.stringify(description);
		console.log(JSON.stringify({ names, files, hasCountries: text.includes('Nigeria (+234)') }));`;
	const output = execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
	expect(JSON.parse(output)).toEqual({
		names: expect.arrayContaining(['krosAi', 'krosAiTrigger', 'krosAiApi']),
		files: ['KrosAi/nodes.js'],
		hasCountries: true,
	});
});
