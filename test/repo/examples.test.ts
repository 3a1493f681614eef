import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { type WorkflowFile, readExample } from '../n8n/workflow';

/** What is imported by strangers: nothing of ours in it, and nothing that acts before they choose. */
const ROOT = resolve(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const files = readdirSync(join(ROOT, 'examples'));
const [, section = ''] = /^## Examples$([\s\S]*?)^## /m.exec(read('README.md')) ?? [];

/** 555-0100 to 555-0199, Ofcom's range for drama, and the specification's own From Number. */
const RESERVED = /^\+(1\d{3}55501\d{2}|442079460\d{3}|2348012345678)$/;

/** What n8n 3.0 no longer has, as its page of breaking changes says. */
const REMOVED_NODES = [
	'n8n-nodes-base.function',
	'n8n-nodes-base.functionItem',
	'n8n-nodes-base.itemLists',
	'n8n-nodes-base.aiTransform',
	'@n8n/n8n-nodes-langchain.code',
];
const REMOVED_HELPERS = /\$getPairedItem|\$evaluateExpression/;
/** Its Code node ends after 60 seconds: one that waits for something can take longer. */
const WAITS = /await|setTimeout|\bthen\(|Atomics/;

it('each has a name and an id of its own, and no node shares its id with another', async () => {
	const all = await Promise.all(files.map(readExample));
	const unique = (list: string[]) => expect(list).toHaveLength(new Set(list).size);
	unique(all.map(({ name }) => name));
	unique(all.map(({ id }) => id));
	unique(all.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
});

describe.each(files)('%s', (file) => {
	const text = read(`examples/${file}`);
	const workflow = JSON.parse(text) as WorkflowFile & { pinData?: object; active?: boolean };

	it('keeps no credential, no data of a run and no path, and is not active', () => {
		expect(workflow.nodes.filter(({ credentials }) => credentials)).toEqual([]);
		expect(workflow.pinData ?? {}).toEqual({});
		expect(workflow.active ?? false).toBe(false);
		expect(text).not.toMatch(
			/\/(home|root|work|Users|tmp)\/|kros_(live|test)_|localhost|127\.0\.0/,
		);
	});

	it('chooses no number and no agent, and sends customer_id along with each call', () => {
		const { nodes } = workflow;
		for (const { parameters } of nodes.filter(({ parameters }) => 'endpointId' in parameters)) {
			const { fromNumber, endpointId, metadata } = parameters as Record<string, { value: string }>;
			expect([fromNumber!.value, endpointId!.value]).toEqual(['', '']);
			expect(metadata).toMatchObject({
				entry: expect.arrayContaining([expect.objectContaining({ key: 'customer_id' })]),
			});
		}
	});

	it('holds only numbers of example ranges', () => {
		const numbers = [...text.matchAll(/\+[\d ]{8,}\d/g)].map(([found]) =>
			found.replaceAll(' ', ''),
		);
		expect(numbers.filter((number) => !RESERVED.test(number))).toEqual([]);
	});

	it('uses nothing that n8n 3.0 removes', () => {
		const removed = workflow.nodes.filter(
			({ type, typeVersion, parameters }) =>
				REMOVED_NODES.includes(type) ||
				(type === '@n8n/n8n-nodes-langchain.agent' && typeVersion < 2) ||
				(type === 'n8n-nodes-base.executeWorkflow' && parameters.mode === 'each') ||
				(type === 'n8n-nodes-base.code' && WAITS.test(String(parameters.jsCode))),
		);
		expect(removed).toEqual([]);
		expect(text).not.toMatch(REMOVED_HELPERS);
	});

	it('says in a note what it does and how to try it', () => {
		const readMe = workflow.nodes.find(({ name }) => name === 'Read Me');
		expect(readMe?.parameters.content).toMatch(/^## [\s\S]+\*\*To try it\*\*\n1\. /);
	});

	it('is in the README, and with its picture in docs/examples.md', () => {
		const picture = `examples/${file.replace('.json', '.png')}`;
		// A second half is found by its first one.
		const [whole = file] = files.filter((one) => file.startsWith(one.replace('.json', '-')));
		expect(section).toContain(`/examples/${whole})`);
		expect(read('docs/examples.md')).toContain(`(${picture})`);
		expect(existsSync(join(ROOT, 'docs', picture))).toBe(true);
	});

	it('is run in a real n8n by a test', () => {
		const tests = readdirSync(join(ROOT, 'test/e2e')).filter((name) => name.endsWith('.ts'));
		const runs = tests.filter((name) => read(`test/e2e/${name}`).includes(`'${file}'`));
		expect(runs).not.toEqual([]);
	});
});
