import type { ListEntry } from '../n8n/client';
import { NODE_TYPE } from './krosAi';
import { useKrosAi } from './setup';

const { client, simulator, credential } = useKrosAi({});
const FROM_NUMBER = { parameter: 'fromNumber', method: 'searchPhoneNumbers' };
const ENDPOINT = { parameter: 'endpointId', method: 'searchEndpoints' };

/** Every page, as the editor asks for the next when the list is scrolled to its end. */
async function allPages(list: typeof FROM_NUMBER, filter?: string): Promise<ListEntry[][]> {
	const pages: ListEntry[][] = [];
	let token: string | undefined;
	do {
		const credentials = { krosAiApi: credential() };
		const asked = { nodeType: NODE_TYPE, ...list, credentials, filter, paginationToken: token };
		const { results, paginationToken } = await client.list(asked);
		pages.push(results);
		token = paginationToken;
	} while (token);
	return pages;
}

test.each([
	['From Number', FROM_NUMBER, '801 234', '+234 801 234 5678 (NG)', '+2348012345678'],
	['AI Agent (Endpoint)', ENDPOINT, 'support', 'Support Agent (elevenlabs)', 'ep_abc123'],
])('%s is shown as people write it, and searched', async (_, list, filter, name, value) => {
	expect((await allPages(list))[0]![0]).toMatchObject({ name, value });
	expect((await allPages(list, filter)).flat()).toMatchObject([{ name, value }]);
});

test('a list goes on past 100 entries, each once', async () => {
	const index = [...Array(130).keys()];
	simulator().set({ endpoints: index.map((i) => ({ id: `ep_${i}`, name: `Agent ${i}` })) });
	const pages = await allPages(ENDPOINT);
	expect(pages.length).toBeGreaterThan(1);
	expect(pages.flat().map(({ value }) => value)).toEqual(index.map((i) => `ep_${i}`));
});
