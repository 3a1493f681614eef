import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { ApiRequest, Exchange } from '../../../../nodes/KrosAi/api/types';
import { phoneIn, readCallLog } from '../../../../nodes/KrosAi/dialing/loggedCalls';
import { answer, noAnswer, refusal } from '../../../support/exchanges';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const HOUR = 3_600_000;
const SINCE = NOW - 24 * HOUR;
const MINUTE = 60_000;
const ADA = '+14155550110';
const FROM = '+2348012345678';

const iso = (ms: number) => new Date(ms).toISOString();
const entry = (id: number, hoursAgo: number, more: IDataObject = {}): IDataObject => ({
	id: `call_${id}`,
	to_number: ADA,
	from_number: FROM,
	direction: 'outbound',
	created_at: iso(NOW - hoursAgo * HOUR),
	...more,
});

/** A log of pages, each as long as it is, by offset; what isn't a page is an answer. */
function logOf(
	pages: Array<IDataObject[] | Exchange>,
	{ total, date = NOW }: { total?: number; date?: number | null } = {},
) {
	const requests: ApiRequest[] = [];
	const headers: Record<string, string> =
		date === null ? {} : { date: new Date(date).toUTCString() };
	const client: Client = async (request) => {
		requests.push(request);
		const offset = Number(request.query?.offset ?? 0);
		let begin = 0;
		for (const page of pages) {
			if (!Array.isArray(page)) return page;
			if (begin === offset) return answer(200, { calls: page, total, offset }, headers);
			begin += page.length;
		}
		return answer(200, { calls: [], total, offset }, headers);
	};
	return { client, requests };
}

const read = async (log: ReturnType<typeof logOf>, isCancelled = () => false) =>
	await readCallLog(log.client, SINCE, { now: NOW, isCancelled });

it('asks for outbound calls of the window, and reads them to the end', async () => {
	const log = logOf([[entry(3, 1)], [entry(2, 2), entry(1, 23)]]);
	expect(await read(log)).toMatchObject({
		calls: [
			{ id: 'call_3', to: ADA, from: FROM, at: NOW - HOUR },
			{ id: 'call_2', at: NOW - 2 * HOUR },
			{ id: 'call_1', at: NOW - 23 * HOUR },
		],
		reachesTo: SINCE - 5 * MINUTE,
	});
	const asked = iso(SINCE - 5 * MINUTE);
	expect(log.requests[0]!.query).toMatchObject({
		direction: 'outbound',
		from_date: asked,
		start_date: asked,
		limit: 100,
	});
});

it('reads no further than to calls that are older, where KrosAI knows no dates', async () => {
	const log = logOf([[entry(3, 1)], [entry(2, 25)], [entry(1, 26)]]);
	expect(await read(log)).toMatchObject({ reachesTo: SINCE });
	expect(log.requests).toHaveLength(2);
});

it('reads to the end what comes in another order', async () => {
	const log = logOf([[entry(1, 26)], [entry(2, 25)], [entry(3, 1)]]);
	const { calls, obstacle } = await read(log);
	expect([calls.length, obstacle]).toEqual([3, undefined]);
});

it.each<[string, IDataObject, object]>([
	['without an id', { id: undefined }, { id: undefined, to: ADA }],
	['to no number', { to_number: null }, { to: undefined, from: FROM }],
	['to a masked number', { to_number: '+1415555****' }, { to: undefined }],
	['from no number', { from_number: 'agent' }, { to: ADA, from: undefined }],
	['at no time', { created_at: null }, { at: Infinity }],
	['at a time without a zone', { created_at: '2026-11-24T11:00:00' }, { at: Infinity }],
	['in no direction', { direction: undefined }, { to: ADA }],
	['of the reference', { id: undefined, call_id: 'c' }, { id: 'c' }],
])('counts a call %s', async (_, more, expected) => {
	const { calls } = await read(logOf([[entry(1, 1, more)]]));
	expect(calls).toMatchObject([expected]);
});

it('counts no call that came in', async () => {
	const { calls } = await read(logOf([[entry(1, 1, { direction: 'Inbound' })]]));
	expect(calls).toEqual([]);
});

it.each<[string, number | null, number]>([
	['is the same', NOW - 4_000, 0],
	['isn’t shown', null, 0],
	['is behind: its calls are later than it says', NOW - 2 * MINUTE, 2 * MINUTE],
	['is ahead: its calls count for longer', NOW + 2 * MINUTE, 0],
])('where KrosAI’s clock %s', async (_, date, later) => {
	const { calls, obstacle } = await read(logOf([[entry(1, 1)]], { date }));
	expect(calls).toMatchObject([{ at: NOW - HOUR + later }]);
	expect(obstacle).toBeUndefined();
});

const FULL = Array.from({ length: 100 }, (_, index) => entry(1000 - index, index / 10));

it.each<[string, Parameters<typeof logOf>, number, string]>([
	[
		'clocks are too far apart',
		[[[entry(1, 1)]], { date: NOW - 6 * MINUTE }],
		SINCE + MINUTE,
		'the clock of this n8n',
	],
	[
		'the key may not',
		[[answer(403, refusal('INSUFFICIENT_SCOPE'))]],
		Infinity,
		'this API key may not read it',
	],
	[
		'the key is none',
		[[answer(401, refusal('UNAUTHORIZED'))]],
		Infinity,
		'KrosAI refused the API key',
	],
	['no answer comes', [[noAnswer('lost')]], Infinity, "it can't be read"],
	['the answer is none', [[answer(200, { hello: 1 })]], Infinity, "it can't be read"],
	[
		'a later page fails',
		[[[entry(2, 1), entry(1, 2)], answer(500)]],
		NOW - 2 * HOUR + MINUTE,
		"it can't be read",
	],
	[
		'the pages end too soon',
		[[answer(200, { calls: FULL, has_more: true })]],
		NOW - 9.9 * HOUR + MINUTE,
		'KrosAI gives 100 calls',
	],
	[
		'a hundred pages are too few',
		[Array.from({ length: 101 }, (_, page) => [entry(200 - page, page / 100)])],
		NOW - 0.99 * HOUR + MINUTE,
		'100 pages of it',
	],
	[
		'a hundred pages are in another order',
		[Array.from({ length: 101 }, (_, page) => [entry(page, 2 - page / 100)])],
		Infinity,
		'100 pages of it',
	],
])('says how far it reaches where %s', async (_, log, reachesTo, reason) => {
	const made = logOf(...log);
	const result = await read(made);
	expect(result.reachesTo).toBe(reachesTo);
	expect(result.obstacle?.reason).toContain(reason);
	expect(result.obstacle?.description).toMatch(/\.$/);
	expect(made.requests.length).toBeLessThanOrEqual(103);
});

it('takes a log of exactly a hundred pages for whole, where KrosAI says that it is', async () => {
	const pages = Array.from({ length: 100 }, (_, page) => [entry(200 - page, page / 100)]);
	expect((await read(logOf(pages, { total: 100 }))).obstacle).toBeUndefined();
});

it('ends where the execution is stopped', async () => {
	const log = logOf([[entry(2, 1)], [entry(1, 2)]]);
	const { obstacle } = await read(log, () => true);
	expect(obstacle?.reason).toContain('stopped');
	expect(log.requests).toHaveLength(1);
});

it.each<[unknown, string | undefined]>([
	['+14155550110', ADA],
	['14155550110', ADA],
	[14155550110, ADA],
	['0014155550110', ADA],
	['+1 (415) 555-0110', ADA],
	['tel:+14155550110', ADA],
	['sip:+14155550110@sip.example.com;user=phone', ADA],
	['+5491123456789', '+541123456789'],
	['+541123456789', '+541123456789'],
	['08012345678', undefined],
	['sip:agent@sip.example.com', undefined],
	['anonymous', undefined],
	['+1415', undefined],
	['', undefined],
	[null, undefined],
	[{ number: ADA }, undefined],
])('reads the number %p', (value, phone) => expect(phoneIn(value)).toBe(phone));
