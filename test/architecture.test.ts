import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The house: who may import whom, from the editor's side down to what sends requests. */
const NODES = resolve(__dirname, '../nodes/KrosAi');
const MAY_IMPORT: Record<string, string[]> = {
	'.': ['actions', 'methods', 'trigger', 'waiting'],
	actions: ['actions', 'dialing', 'waiting', 'deliveries', 'api'],
	methods: ['methods', 'dialing', 'api'],
	trigger: ['trigger', 'deliveries', 'api'],
	dialing: ['dialing', 'api'],
	waiting: ['waiting', 'deliveries', 'api'],
	deliveries: ['deliveries', 'api'],
	api: ['api'],
};

const files = readdirSync(NODES, { recursive: true, encoding: 'utf8' }).filter((file) =>
	file.endsWith('.ts'),
);

function importsOf(file: string): string[] {
	const text = readFileSync(join(NODES, file), 'utf8');
	return [...text.matchAll(/^(?:import|export)[^;]*? from '([^']+)'/gm)].map((match) => match[1]!);
}

/** The room of a file: its first folder, '.' for the nodes themselves. */
const roomOf = (path: string) => (path.includes('/') ? path.split('/')[0]! : '.');

const local = (file: string) =>
	importsOf(file)
		.filter((name) => name.startsWith('.'))
		.map((name) => relative(NODES, resolve(NODES, file, '..', name)));

it.each(files)('%s imports only from rooms below its own', (file) => {
	const allowed = MAY_IMPORT[roomOf(file)] ?? [];
	expect(local(file).filter((target) => !allowed.includes(roomOf(target)))).toEqual([]);
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

it('imports the phone library in one file, which is bundled', () => {
	const importers = files.filter((file) =>
		importsOf(file).some((name) => name.startsWith('libphonenumber-js')),
	);
	expect(importers).toEqual(['dialing/phoneNumber.ts']);
});

it('sends requests from two files: one with the API key, one that has no way to it', () => {
	const senders = files.filter((file) =>
		/\.httpRequest|helpers\.request|\bfetch\(/.test(readFileSync(join(NODES, file), 'utf8')),
	);
	expect(senders.sort()).toEqual(['api/client.ts', 'api/download.ts']);
	const download = readFileSync(join(NODES, 'api/download.ts'), 'utf8');
	expect(download).not.toMatch(/getCredentials|Authentication|apiKey|x-api-key/);
	expect(local('api/download.ts').sort()).toEqual([
		'api/json',
		'api/noAnswer',
		'api/privateAddress',
		'api/types',
	]);
});
