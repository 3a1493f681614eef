import type { Client } from '../../../../nodes/KrosAi/api/client';
import { labelOf } from '../../../../nodes/KrosAi/api/labels';
import {
	ENDPOINTS,
	fetchPages,
	type KrosAiList,
	numberOf,
	PHONE_NUMBERS,
} from '../../../../nodes/KrosAi/api/lists';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { answer, noAnswer } from '../../../support/exchanges';
import { clientFor } from '../../../support/n8n';

const KEY = 'kros_test_simulator';

useSimulator();
let krosAi: Client;
beforeEach(async () => {
	krosAi = await clientFor(simulator);
});

async function pagesOf(list: KrosAiList, filters?: Record<string, string>, client = krosAi) {
	const pages = [];
	for await (const page of fetchPages(client, list, filters)) pages.push(page);
	return pages;
}

describe.each([
	['phone numbers', PHONE_NUMBERS, 'from_number', { number: '+2348012345678' }],
	['endpoints', ENDPOINTS, 'endpoint_id', { id: 'ep_abc123' }],
])('the list of %s', (_, list, field, first) => {
	it('is found where KrosAI has it, by a key with its scope alone', async () => {
		simulator.set({ keys: { [KEY]: [list.scope] } });
		const [page] = await pagesOf(list);
		expect(page).toMatchObject({
			entries: expect.arrayContaining([expect.objectContaining(first)]),
		});
	});

	it('fills the field that the editor calls by the same name', () => {
		expect(list.label).toBe(labelOf(field));
	});
});

describe('the pages of a list', () => {
	const entriesOf = (count: number) =>
		Array.from({ length: count }, (_, index) => ({ id: `ep_${index}`, name: 'Agent' }));

	it('come one after the other, each with the filters', async () => {
		simulator.set({ endpoints: entriesOf(250) });
		const pages = await pagesOf(ENDPOINTS, { status: 'active' });
		expect(pages.map((page) => 'entries' in page && page.entries.length)).toEqual([100, 100, 50]);
		expect(simulator.requests.map(({ query }) => query)).toEqual([
			{ status: 'active', limit: '100' },
			{ status: 'active', limit: '100', offset: '100' },
			{ status: 'active', limit: '100', offset: '200' },
		]);
	});

	it('are asked for only when they are wanted', async () => {
		simulator.set({ endpoints: entriesOf(250) });
		await fetchPages(krosAi, ENDPOINTS).next();
		expect(simulator.requests).toHaveLength(1);
	});

	it('end with the one that can not be had', async () => {
		const said = [answer(200, { endpoints: entriesOf(1), total: 3 }), noAnswer('timeout')];
		const client = async () => said.shift() ?? answer(200, { endpoints: entriesOf(3), total: 3 });
		expect(await pagesOf(ENDPOINTS, undefined, client)).toEqual([
			{ entries: entriesOf(1) },
			{ failed: noAnswer('timeout'), request: expect.objectContaining({ path: '/endpoints' }) },
		]);
	});
});

it.each([
	[{ number: '+14155550123' }, '+14155550123'],
	[{ e164: '+14155550123', number: '(415) 555-0123' }, '+14155550123'],
	[{ e164: '', number: null, phone_number: '+14155550123' }, '+14155550123'],
	[{ id: 'pn_1', number: 14155550123 }, undefined],
])('the phone number in %j is %p', (entry, number) => expect(numberOf(entry)).toBe(number));
