import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const NODES = resolve(__dirname, '../../nodes/KrosAi');

/** The folders from the editor's side down to what sends requests: imports run down this list. */
const MAY_IMPORT: Record<string, string[]> = {
	'.': ['descriptions', 'actions', 'methods', 'trigger', 'waiting', 'webhooks'],
	actions: [
		'descriptions',
		'waiting',
		'dialing',
		'parameters',
		'rules',
		'webhooks',
		'calls',
		'phone',
		'api',
		'util',
	],
	methods: ['phone', 'api', 'util'],
	trigger: ['waiting', 'webhooks', 'calls', 'phone', 'api', 'util'],
	waiting: ['webhooks', 'calls', 'api', 'util'],
	dialing: ['parameters', 'rules', 'phone', 'api', 'util'],
	parameters: ['rules', 'phone', 'api', 'util'],
	rules: ['phone', 'api', 'util'],
	webhooks: ['calls', 'api', 'util'],
	calls: ['api', 'util'],
	descriptions: ['phone'],
	phone: ['util'],
	api: ['util'],
	util: [],
};

const files = readdirSync(NODES, { recursive: true, encoding: 'utf8' }).filter((file) =>
	file.endsWith('.ts'),
);

function importsOf(file: string): string[] {
	const text = readFileSync(join(NODES, file), 'utf8');
	return [...text.matchAll(/^(?:import|export)[^;]*? from '([^']+)'/gm)].map((match) => match[1]!);
}

/** The folder of a file, '.' for the nodes themselves. */
const folderOf = (path: string) => (path.includes('/') ? path.split('/')[0]! : '.');

const local = (file: string) =>
	importsOf(file)
		.filter((name) => name.startsWith('.'))
		.map((name) => relative(NODES, resolve(NODES, file, '..', name)));

it.each(files)('%s imports only from folders below its own', (file) => {
	const folder = folderOf(file);
	const allowed = [folder, ...(MAY_IMPORT[folder] ?? [])];
	expect(local(file).filter((target) => !allowed.includes(folderOf(target)))).toEqual([]);
});

it('has no circle of imports', () => {
	const graph = new Map(files.map((file) => [file.replace(/\.ts$/, ''), local(file)]));
	const find = (path: string[]): string[] | undefined => {
		for (const next of graph.get(path.at(-1)!) ?? graph.get(`${path.at(-1)}/index`) ?? []) {
			if (path.includes(next)) return [...path, next];
			const circle = find([...path, next]);
			if (circle) return circle;
		}
		return undefined;
	};
	expect([...graph.keys()].map((file) => find([file])).find(Boolean)).toBeUndefined();
});

it.each(files.filter((file) => folderOf(file) !== 'api'))(
	'%s builds no request: methods and paths of KrosAI are in api/',
	(file) => {
		const text = readFileSync(join(NODES, file), 'utf8');
		expect(text).not.toMatch(
			/['"`]\/(outbound-call|calls|endpoints|phone-numbers|webhooks|webhook-deliveries)/,
		);
		expect(text).not.toMatch(/\bmethod: '/);
	},
);

it('imports the phone library in one file, which is bundled', () => {
	const importers = files.filter((file) =>
		importsOf(file).some((name) => name.startsWith('libphonenumber-js')),
	);
	expect(importers).toEqual(['phone/phoneNumber.ts']);
});

it('sends requests from two files: one with the API key, one that has no way to it', () => {
	const senders = files.filter((file) =>
		/\.httpRequest|helpers\.request|\bfetch\(/.test(readFileSync(join(NODES, file), 'utf8')),
	);
	expect(senders.sort()).toEqual(['api/client.ts', 'api/download.ts']);
	const download = readFileSync(join(NODES, 'api/download.ts'), 'utf8');
	expect(download).not.toMatch(/getCredentials|Authentication|apiKey|x-api-key/);
	expect(local('api/download.ts').sort()).toEqual([
		'api/body',
		'api/networkError',
		'api/types',
		'util/json',
		'util/privateAddress',
		'util/timeLimit',
	]);
});
