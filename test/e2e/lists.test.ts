import type { ListEntry } from '../n8n/client';
import type { CredentialReference } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { createKrosAiCredential, NODE_TYPE } from './krosAi';
import { sharedN8n } from './sharedN8n';

const { client } = sharedN8n();
const FROM_NUMBER = { parameter: 'fromNumber', method: 'searchPhoneNumbers' };
const ENDPOINT = { parameter: 'endpointId', method: 'searchEndpoints' };
type List = typeof FROM_NUMBER;

let simulator: Simulator;
let credential: CredentialReference;

beforeAll(async () => {
	simulator = await startSimulator();
	credential = await createKrosAiCredential(client, simulator.baseUrl);
});

afterAll(async () => await simulator.close());

/** One page, as the editor asks for it when the list is opened or scrolled to its end. */
async function page(list: List, filter?: string, paginationToken?: string) {
	const credentials = { krosAiApi: credential };
	return await client.list({ nodeType: NODE_TYPE, ...list, credentials, filter, paginationToken });
}

async function allPages(list: List): Promise<ListEntry[][]> {
	const pages: ListEntry[][] = [];
	let token: string | undefined;
	do {
		const { results, paginationToken } = await page(list, undefined, token);
		pages.push(results);
		token = paginationToken;
	} while (token);
	return pages;
}

describe('From Number', () => {
	test('shows the numbers as people write them, with their country', async () => {
		const { results } = await page(FROM_NUMBER);
		expect(results[0]).toMatchObject({
			name: '+234 801 234 5678 (NG)',
			value: '+2348012345678',
		});
	});

	test.each(['801 234', '+2348012', 'ng'])('is searched by "%s"', async (filter) => {
		const { results } = await page(FROM_NUMBER, filter);
		expect(results.map(({ value }) => value)).toEqual(['+2348012345678']);
	});
});

describe('Endpoint', () => {
	test('shows the agents with their provider', async () => {
		const { results } = await page(ENDPOINT);
		expect(results[0]).toMatchObject({ name: 'Support Agent (elevenlabs)', value: 'ep_abc123' });
	});

	test('is searched by name', async () => {
		const { results } = await page(ENDPOINT, 'support');
		expect(results.map(({ value }) => value)).toEqual(['ep_abc123']);
	});
});

describe.each(['offset', 'page'] as const)('with the paging style "%s"', (pagingStyle) => {
	beforeAll(() => {
		const index = [...Array(130).keys()];
		simulator.set({
			pagingStyle,
			phoneNumbers: index.map((i) => ({ id: `pn_${i}`, number: `+14155550${100 + i}` })),
			endpoints: index.map((i) => ({ id: `ep_${i}`, name: `Agent ${i}` })),
		});
	});

	test.each([
		['From Number', FROM_NUMBER],
		['Endpoint', ENDPOINT],
	])('%s goes on past 100 entries, each once', async (_name, list) => {
		const pages = await allPages(list);
		expect(pages.length).toBeGreaterThan(1);
		expect(new Set(pages.flat().map(({ value }) => value)).size).toBe(130);
		expect(pages.flat()).toHaveLength(130);
	});

	test('a search finds what is on the last page', async () => {
		const { results } = await page(ENDPOINT, 'agent 129');
		expect(results.map(({ value }) => value)).toEqual(['ep_129']);
	});
});

test('a key without the scope is told which one is missing', async () => {
	credential = await createKrosAiCredential(client, simulator.baseUrl, 'kros_test_calls_only');
	await expect(page(FROM_NUMBER)).rejects.toThrow(/numbers:read|scope/);
});
