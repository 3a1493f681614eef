import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { Sent } from '../../../../nodes/KrosAi/dialing/ledger';
import { LOOK_UP_KEY, lookUpCalls } from '../../../../nodes/KrosAi/dialing/lookUp';
import { answer, noAnswer, refusal, REQUEST } from '../../../support/exchanges';

/** When the requests were sent, and when the log is read. */
const AT = Date.parse('2026-11-24T12:00:00Z');
const NOW = AT + 60_000;

const sent = (more: Partial<Sent> = {}): Sent => ({
	...REQUEST.body,
	at: AT,
	until: AT + 5_000,
	...more,
});

let ids = 0;
/** A call of the log, created so many seconds after the request. */
const call = (seconds = 0, more: IDataObject = {}): IDataObject => ({
	id: `call_${(ids += 1)}`,
	...REQUEST.body,
	created_at: new Date(AT + seconds * 1000).toISOString(),
	...more,
});

interface Log {
	calls: IDataObject[];
	own?: IDataObject[];
	/** How far KrosAI's clock is ahead, in seconds; null where its answers carry no date. */
	clock?: number | null;
	now?: number;
	/** Pages, where there is more than one. */
	pages?: (position: number) => IDataObject;
}

async function lookUp(requests: Sent[], { calls, own = [], clock = 0, now = NOW, pages }: Log) {
	const headers: Record<string, string> =
		clock === null ? {} : { date: new Date(now + clock * 1000).toUTCString() };
	const client: Client = async ({ query }) =>
		answer(200, pages?.(Number(query?.offset ?? 0)) ?? { calls, total: calls.length }, headers);
	const unknowns = requests.map((request, item) => ({ item, sent: request }));
	const { found, absent } = await lookUpCalls(
		client,
		unknowns,
		own.map((call) => ({ call, at: Date.parse(call.created_at as string) })),
		() => now,
	);
	return requests.map((_, item) => {
		if (found.has(item)) return found.get(item)!.id;
		return absent.has(item) ? 'absent' : 'unknown';
	});
}

describe('one contact', () => {
	it.each<[string, IDataObject, Partial<Sent>]>([
		['just as it was sent', call(), {}],
		['ten seconds before', call(-10), {}],
		['ten seconds after its answer should have come', call(15), {}],
		['whose time has an offset', call(0, { created_at: '2026-11-24T13:00:00+01:00' }), {}],
		['whose time has one without a colon', call(0, { created_at: '2026-11-24T07:00:00-0500' }), {}],
		['whose time is GMT', call(0, { created_at: 'Tue, 24 Nov 2026 12:00:00 GMT' }), {}],
		['whose time is UTC', call(0, { created_at: 'Nov 24, 2026 12:00:00 UTC' }), {}],
		['whose number is written in another way', call(0, { to_number: '14155550110' }), {}],
		['that names no endpoint', call(0, { endpoint_id: undefined }), {}],
		['with its metadata', call(0, { metadata: { b: 2, a: 1 } }), { metadata: { a: 1, b: 2 } }],
		['that shows no metadata', call(0, { metadata: {} }), { metadata: { a: 1 } }],
	])('gets the call %s', async (_, entry, request) => {
		expect(await lookUp([sent(request)], { calls: [call(-4000), entry].reverse() })).toEqual([
			entry.id,
		]);
	});

	it.each<[string, IDataObject]>([
		['of an hour ago', call(-3600)],
		['of another number', call(0, { to_number: '+14155550111' })],
		['of an hour ago that shows no number', call(-3600, { to_number: undefined })],
		['that came in', call(0, { to_number: 'sip:desk', direction: 'inbound' })],
	])('does not get the call %s, and so has none', async (_, entry) => {
		expect(await lookUp([sent()], { calls: [entry] })).toEqual(['absent']);
	});

	it.each<[string, IDataObject]>([
		['of two minutes before', call(-120)],
		['from another number', call(0, { from_number: '+14155550100' })],
		['to another endpoint', call(0, { endpoint_id: 'ep_def456' })],
		['with other metadata', call(0, { metadata: { other: 1 } })],
		['without a time', call(0, { created_at: null })],
		['whose time names no zone', call(0, { created_at: '2026-11-24T05:00:00' })],
		['that shows no number', call(0, { to_number: undefined, to: '+14155550110' })],
		['whose number is hidden in part', call(0, { to_number: '+1415555****' })],
		['of whose number more is shown', call(0, { to_number: '+1415555011*' })],
		['whose number stands behind a word', call(0, { to_number: 'tel:+14155550111' })],
		['without an id', call(0, { id: undefined })],
		['with the look-up key of another', call(-120, { metadata: { [LOOK_UP_KEY]: 'b' } })],
		['whose number lacks its country', call(0, { to_number: '(415) 555-0110' })],
	])(
		'stays unknown where there is a call %s: it may be written in another way',
		async (_, entry) => {
			expect(await lookUp([sent()], { calls: [entry] })).toEqual(['unknown']);
		},
	);

	it('does not get a call that belongs to another contact', async () => {
		const other = call();
		const own = [{ ...other, call_id: other.id, id: undefined }];
		expect(await lookUp([sent()], { calls: [other], own })).toEqual(['absent']);
	});

	it('does not wait for a log that shows what was called before', async () => {
		const own = [call(-7200), call(20)];
		expect(await lookUp([sent()], { calls: [own[1]!], own })).toEqual(['absent']);
	});

	it('gets a call minutes off where nobody knows how far the clocks are apart', async () => {
		const entry = call(240);
		expect(await lookUp([sent()], { calls: [entry], clock: null })).toEqual([entry.id]);
	});

	it('is found on a later page of a log whose clock is an hour behind', async () => {
		const clock = -3600;
		const others = Array.from({ length: 100 }, (_, index) =>
			call(clock + 400 - index, { to_number: '+14155550111' }),
		);
		const entry = call(clock);
		const pages = (offset: number) => ({
			calls: offset === 0 ? others : [entry, call(clock - 4000)],
			total: 100_000,
		});
		expect(await lookUp([sent()], { calls: [], clock, pages })).toEqual([entry.id]);
	});

	it.each([3600, -3600])(
		"is found although KrosAI's clock differs by %d seconds",
		async (clock) => {
			const entry = call(clock);
			expect(await lookUp([sent()], { calls: [entry], clock })).toEqual([entry.id]);
			expect(await lookUp([sent()], { calls: [], clock })).toEqual(['absent']);
		},
	);
});

describe('nobody is said not to be called', () => {
	it.each<[string, Partial<Log>]>([
		['before some time has passed', { now: AT + 19_999 }],
		["where nobody knows KrosAI's clock", { clock: null }],
		['where the log lags behind: a call accepted meanwhile is missing', { own: [call(1)] }],
	])('%s', async (_, log) => {
		expect(await lookUp([sent()], { calls: [call(-3600)], ...log })).toEqual(['unknown']);
	});

	it('but from then on', async () => {
		const log = { calls: [call(-3600)], now: AT + 20_000 };
		expect(await lookUp([sent()], log)).toEqual(['absent']);
	});

	it('where the log ends early, and does not say that it holds more', async () => {
		const calls = Array.from({ length: 50 }, () => call(30, { to_number: '+14155550111' }));
		const pages = () => ({ calls });
		expect(await lookUp([sent()], { calls: [], pages })).toEqual(['unknown']);
	});

	it('where the process ended before the answer, for a minute longer', async () => {
		const interrupted = sent({ until: undefined });
		expect(await lookUp([interrupted], { calls: [] })).toEqual(['unknown']);
		expect(await lookUp([interrupted], { calls: [], now: AT + 76_000 })).toEqual(['absent']);
	});

	it('where the log is read in part only', async () => {
		const page = Array.from({ length: 100 }, () => call(30, { to_number: '+14155550111' }));
		const ignored = () => ({ calls: page, total: 5000 });
		expect(await lookUp([sent()], { calls: [], pages: ignored })).toEqual(['unknown']);
		const endless = (offset: number) => ({
			calls: page.map((entry) => ({ ...entry, id: `${String(entry.id)}-${offset}` })),
			total: 100_000,
		});
		expect(await lookUp([sent()], { calls: [], pages: endless })).toEqual(['unknown']);
	});

	it('where the log is sorted in another way and goes on', async () => {
		const oldestFirst = (offset: number) => ({
			calls: Array.from({ length: 100 }, (_, index) =>
				call(-9000 + offset + index, { to_number: '+14155550111' }),
			),
			total: 100_000,
		});
		expect(await lookUp([sent()], { calls: [], pages: oldestFirst })).toEqual(['unknown']);
	});

	it('where the log cannot be read', async () => {
		for (const [exchange, obstacle] of [
			[answer(403, refusal('INSUFFICIENT_SCOPE')), 'scope'],
			[answer(500), 'other'],
			[noAnswer('refused'), 'other'],
		] as const) {
			const unknown = [{ item: 0, sent: sent() }];
			const result = await lookUpCalls(
				async () => exchange,
				unknown,
				[],
				() => NOW,
			);
			expect(result).toEqual({ found: new Map(), absent: new Set(), obstacle });
		}
	});
});

describe('reads no further than it has to', () => {
	/** How many pages of a hundred calls are read, and what became of the contact. */
	async function read(secondsOf: (position: number) => number, clock = 0) {
		let pages = 0;
		const result = await lookUp([sent()], {
			calls: [],
			clock,
			pages: (offset) => {
				pages += 1;
				const page = Array.from({ length: 100 }, (_, index) =>
					call(clock + secondsOf(offset + index), { to_number: '+14155550111' }),
				);
				return { calls: page, total: 100_000 };
			},
		});
		return [pages, ...result];
	}

	it.each([0, 3600, -3600])("where KrosAI's clock is %d seconds ahead", async (clock) => {
		expect(await read((position) => 50 - 5 * position, clock)).toEqual([1, 'absent']);
		expect(await read((position) => 50 - 3 * position, clock)).toEqual([2, 'absent']);
	});

	it('where calls of one moment come in any order', async () => {
		const inPairs = (position: number) => 50 - 5 * position + (position % 2 ? 7 : 0);
		expect(await read(inPairs)).toEqual([1, 'absent']);
	});
});

it("compares the clocks by the middle of the time that KrosAI's answer took", async () => {
	let now = NOW;
	const entry = call(-9);
	const client: Client = async () => {
		now += 4_000;
		return answer(200, { calls: [entry], total: 1 }, { date: new Date(now - 2_000).toUTCString() });
	};
	const { found } = await lookUpCalls(client, [{ item: 0, sent: sent() }], [], () => now);
	expect(found.get(0)).toEqual(entry);
});

it("compares the clocks although KrosAI's answer came after several tries", async () => {
	let now = NOW;
	const entry = call();
	const client: Client = async () => {
		now += 50_000;
		return answer(200, { calls: [entry], total: 1 }, { date: new Date(now).toUTCString() });
	};
	const { found } = await lookUpCalls(client, [{ item: 0, sent: sent() }], [], () => now);
	expect(found.get(0)).toEqual(entry);
});

describe('several contacts with one number', () => {
	const [a, b] = [{ id: 'a' }, { id: 'b' }];

	it('get the calls in their order where the log shows as many', async () => {
		const calls = [call(1), call(2)];
		const requests = [sent({ metadata: a }), sent({ metadata: b })];
		expect(await lookUp(requests, { calls })).toEqual(calls.map(({ id }) => id));
	});

	it('get the calls in their order, in whatever order they and the log are given', async () => {
		const calls = [call(4), call(1)];
		const requests = [sent({ at: AT + 3_000 }), sent()];
		expect(await lookUp(requests, { calls })).toEqual(calls.map(({ id }) => id));
	});

	it('get their own call where the log shows the metadata', async () => {
		const calls = [call(2, { metadata: b }), call(3, { metadata: a })];
		const requests = [sent({ metadata: a }), sent({ metadata: b })];
		expect(await lookUp(requests, { calls })).toEqual([calls[1]!.id, calls[0]!.id]);
		expect(await lookUp(requests, { calls: [calls[0]!] })).toEqual(['unknown', calls[0]!.id]);
	});

	it('stay unknown where one call is missing and it matters which', async () => {
		const requests = [sent({ metadata: a }), sent({ metadata: b })];
		expect(await lookUp(requests, { calls: [call()] })).toEqual(['unknown', 'unknown']);
	});

	it('share what there is where it makes no difference', async () => {
		const one = call();
		expect(await lookUp([sent(), sent()], { calls: [one] })).toEqual([one.id, 'absent']);
	});

	it('are told apart by time', async () => {
		const late = sent({ at: AT + 300_000, until: AT + 301_000, metadata: b });
		const one = call(300);
		const requests = [sent({ metadata: a }), late];
		expect(await lookUp(requests, { calls: [one], now: AT + 400_000 })).toEqual([
			'unknown',
			one.id,
		]);
	});

	it('are told apart by the look-up key', async () => {
		const keyed = (key: string) => sent({ metadata: { [LOOK_UP_KEY]: key } });
		const two = call(0, { metadata: { [LOOK_UP_KEY]: '2' } });
		expect(await lookUp([keyed('1'), keyed('2')], { calls: [two] })).toEqual(['absent', two.id]);
		const hidden = [call(1), call(2)];
		expect(await lookUp([keyed('1'), keyed('2')], { calls: hidden })).toEqual(
			hidden.map(({ id }) => id),
		);
	});
});

describe('a contact with a look-up key', () => {
	const metadata = { n8n_look_up_key: 'a' };

	it('gets the call that has it, whatever KrosAI has added', async () => {
		const entry = call(0, { metadata: { ...metadata, region: 'us' } });
		expect(await lookUp([sent({ metadata })], { calls: [entry] })).toEqual([entry.id]);
	});

	it.each<[string, IDataObject]>([
		['that shows no metadata', { from_number: '+14155550100' }],
		['that has its key and no id', { metadata, id: undefined, created_at: '2026-11-24T10:00:00Z' }],
	])('stays unknown where there is a call %s', async (_, more) => {
		expect(await lookUp([sent({ metadata })], { calls: [call(0, more)] })).toEqual(['unknown']);
	});
});

it('keeps a call for the one whose key it may hold, in whatever way its number is written', async () => {
	const key = (value: string) => ({ metadata: { [LOOK_UP_KEY]: value } });
	const [mine, other] = [sent(key('a')), call(0, { ...key('b'), from_number: '+14155550100' })];
	// The key tells that it is another's, however near in time.
	expect(await lookUp([mine], { calls: [other] })).toEqual(['absent']);
});

it('compares lists in metadata in their order, and what is in them in any', async () => {
	const request = sent({ metadata: { list: [{ b: 2, a: 1 }, 'x'] } });
	const same = call(0, { metadata: { list: [{ a: 1, b: 2 }, 'x'] } });
	const turned = call(0, { metadata: { list: ['x', { a: 1, b: 2 }] } });
	expect(await lookUp([request], { calls: [same] })).toEqual([same.id]);
	expect(await lookUp([request], { calls: [turned] })).toEqual(['unknown']);
});

it('reckons with the longest wait for a request whose end nobody has recorded', async () => {
	const request = sent({ until: undefined });
	const late = call(65);
	expect(await lookUp([request], { calls: [late], now: AT + 600_000 })).toEqual([late.id]);
});

it('does not take a log for complete in which a call has no number', async () => {
	const entry = call(0, { to_number: null });
	expect(await lookUp([sent()], { calls: [entry] })).toEqual(['unknown']);
});
