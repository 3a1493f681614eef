import type { IDataObject } from 'n8n-workflow';
import { callIdOf } from '../../../../nodes/KrosAi/api/callLog';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { Exchange } from '../../../../nodes/KrosAi/api/types';
import type { Sent } from '../../../../nodes/KrosAi/dialing/ledger';
import {
	type InDoubt,
	LOOK_UP_KEY,
	type LookUp,
	lookUpCalls,
} from '../../../../nodes/KrosAi/dialing/lookUp';
import { answer, noAnswer, refusal, REQUEST } from '../../../support/exchanges';

/** When the requests were sent, and when the log is read. */
const AT = Date.parse('2026-11-24T12:00:00Z');
const NOW = AT + 60_000;

const sent = (more: Partial<InDoubt['sent']> = {}): InDoubt['sent'] => ({
	...REQUEST.body,
	at: AT,
	account: 'account',
	...more,
});
const keyed = (key: string) => sent({ metadata: { [LOOK_UP_KEY]: key } });

/** A call of the log, created so many seconds after the request. */
const call = (id: string, seconds = 0, more: IDataObject = {}): IDataObject => ({
	id,
	...REQUEST.body,
	created_at: new Date(AT + seconds * 1000).toISOString(),
	...more,
});

interface Log {
	calls: IDataObject[];
	/** What `GET /calls/{id}` shows in addition, by id. */
	details?: Record<string, IDataObject>;
	known?: string[];
	rivals?: Sent[];
	/** How far KrosAI's clock is ahead, in seconds; undefined where its answers show no time. */
	clock?: number;
}

/** For each request: the id of its call, "? id" of one that fits, or "-" where there is none. */
async function lookUp(
	requests: Array<InDoubt['sent']>,
	{ calls, details = {}, known = [], rivals = [], clock }: Log,
) {
	const date = new Date(NOW + (clock ?? 0) * 1000).toUTCString();
	const headers: Record<string, string> = clock === undefined ? {} : { date };
	const client: Client = async ({ path }) => {
		if (path === '/calls') return answer(200, { calls, total: calls.length }, headers);
		const id = path.replace('/calls/', '');
		return answer(200, { ...calls.find((entry) => callIdOf(entry) === id), ...details[id] });
	};
	const inDoubt = requests.map((request, item) => ({ item, sent: request }));
	const { found, fitting, obstacle } = await lookUpCalls(client, inDoubt, {
		knownCallIds: known,
		rivals,
		isCancelled: () => false,
		now: NOW,
	});
	expect(obstacle).toBeUndefined();
	return requests.map((_, item) => {
		const its = found.get(item);
		if (its) expect(its).not.toHaveProperty('id');
		return its ? its.call_id : fitting.has(item) ? `? ${fitting.get(item)}` : '-';
	});
}

const DATA = { metadata: { list: [{ b: 2, a: 1 }, 'x'], c: 3 } };

describe('a contact is called where exactly one call fits', () => {
	it.each<[string, IDataObject, Partial<Sent>]>([
		['is just as it was sent', {}, {}],
		['has its number written in another way', { to_number: '14155550110' }, {}],
		['has its From Number written so', { from_number: 2348012345678 }, {}],
		['names no endpoint', { endpoint_id: undefined }, {}],
		['names its id as the answer does', { id: undefined, call_id: 'a' }, {}],
		['has a time with an offset', { created_at: '2026-11-24T13:00:00+01:00' }, {}],
		['has one without a colon', { created_at: '2026-11-24T07:00:00-0500' }, {}],
		['has a time in GMT', { created_at: 'Tue, 24 Nov 2026 12:00:00 GMT' }, {}],
		['has a time in UTC', { created_at: 'Nov 24, 2026 12:00:00 UTC' }, {}],
		['has the metadata', { metadata: { c: 3, list: [{ a: 1, b: 2 }, 'x'] } }, DATA],
		['has none, as was sent', { metadata: {} }, { metadata: {} }],
	])('that %s', async (_, entry, request) => {
		const others = [call('b', 0, { to_number: '+14155550111' }), call('c', -4000)];
		expect(await lookUp([sent(request)], { calls: [call('a', 0, entry), ...others] })).toEqual([
			'a',
		]);
	});

	it.each<[string, IDataObject, Partial<Sent>]>([
		['to another number', { to_number: '+14155550111' }, {}],
		['of which part of the number is hidden', { to_number: '+1415555****' }, {}],
		['without a number', { to_number: undefined }, {}],
		['from another number', { from_number: '+14155550100' }, {}],
		['to another endpoint', { endpoint_id: 'ep_def456' }, {}],
		['without an id', { id: undefined }, {}],
		['without a time', { created_at: null }, {}],
		['whose time names no zone', { created_at: '2026-11-24T12:00:00' }, {}],
		['whose time is none', { created_at: 'soon, UTC' }, {}],
		['whose time is a number', { created_at: AT }, {}],
		['with metadata where none was sent', DATA, {}],
		['with metadata as text where none was sent', { metadata: '{"c":3}' }, {}],
		['with metadata as rows where none was sent', { metadata: [{ key: 'c', value: 3 }] }, {}],
		['with other metadata', { metadata: { c: 4 } }, DATA],
		['with more metadata', { metadata: { ...DATA.metadata, d: 4 } }, DATA],
		['with a list in another order', { metadata: { c: 3, list: ['x', { a: 1, b: 2 }] } }, DATA],
	])('which is none %s', async (_, entry, request) => {
		expect(await lookUp([sent(request)], { calls: [call('a', 0, entry)] })).toEqual(['-']);
	});

	it.each([
		[-301, '-'],
		[-300, 'a'],
		[60 + 300, 'a'],
		[60 + 301, '-'],
	])('created from five minutes before to five after: at %d s, %s', async (seconds, expected) => {
		expect(await lookUp([sent()], { calls: [call('a', seconds)] })).toEqual([expected]);
	});

	describe.each([0, 3_600, -3_600])("where KrosAI's clock is %d seconds ahead", (clock) => {
		it.each([
			[-2, '-'],
			[-1, 'a'],
			[60 + 300, 'a'],
			[60 + 301, '-'],
		])('created from a second before by that clock: at %d s, %s', async (seconds, expected) => {
			const calls = [call('a', clock + seconds)];
			expect(await lookUp([sent()], { calls, clock })).toEqual([expected]);
		});
	});

	it('whose metadata come as text, or as what can not be read', async () => {
		const text = { metadata: JSON.stringify(DATA.metadata) };
		expect(await lookUp([sent(DATA)], { calls: [call('a', 0, text)] })).toEqual(['a']);
		expect(await lookUp([sent({})], { calls: [call('a', 0, { metadata: 'c is 3' })] })).toEqual([
			'? a',
		]);
	});

	it('which none is of two', async () => {
		expect(await lookUp([sent()], { calls: [call('a', 1), call('b')] })).toEqual(['? a']);
	});

	it('which none is that is known as the call of another', async () => {
		const calls = [call('a'), call('b')];
		expect(await lookUp([sent()], { calls, known: ['a', 'b'] })).toEqual(['-']);
		expect(await lookUp([sent()], { calls, known: ['a'] })).toEqual(['b']);
	});
});

describe('metadata that the list of calls leaves out', () => {
	const log = (shown: IDataObject) => ({ calls: [call('a')], details: { a: shown } });

	it.each<[string, IDataObject, Partial<Sent>, string]>([
		['is the same', DATA, DATA, 'a'],
		['is another', { metadata: { c: 4 } }, DATA, '-'],
		['is there, and none was sent', DATA, {}, '-'],
		['is not there either, and some was sent', { metadata: {} }, DATA, '? a'],
		['is not there either, and none was sent', { metadata: null }, {}, 'a'],
	])('is asked for: where it %s', async (_, shown, request, expected) => {
		expect(await lookUp([sent(request)], log(shown))).toEqual([expected]);
	});

	it('may be of any call that fits', async () => {
		const details = { a: { metadata: { c: 4 } }, b: DATA };
		expect(await lookUp([sent(DATA)], { calls: [call('a'), call('b')], details })).toEqual(['b']);
	});
});

it('metadata that are nested too deep to be compared find no call, and nothing is thrown', async () => {
	let deep: IDataObject = {};
	for (let level = 0; level < 50_000; level += 1) deep = { deep };
	expect(await lookUp([sent({ metadata: deep })], { calls: [call('a', 0, DATA)] })).toEqual(['-']);
});

describe('by the look-up key', () => {
	const withKey = (key: string) => ({ metadata: { [LOOK_UP_KEY]: key } });

	it.each<[string, IDataObject[], string]>([
		['whatever KrosAI has added', [call('a', 0, { metadata: { [LOOK_UP_KEY]: 'k', b: 1 } })], 'a'],
		['among others', [call('b'), call('a', 0, withKey('k')), call('c', 1)], 'a'],
		['not that of another', [call('a', 0, withKey('l'))], '-'],
		['unless none shows any', [call('a')], '? a'],
	])('a contact is called whose call has it, %s', async (_, calls, expected) => {
		expect(await lookUp([keyed('k')], { calls })).toEqual([expected]);
	});

	it('contacts of one number are told apart', async () => {
		const calls = [call('a', 1, withKey('k2')), call('b', 0, withKey('k1'))];
		const requests = ['k1', 'k2', 'k3'].map((key) => keyed(key));
		expect(await lookUp(requests, { calls })).toEqual(['b', 'a', '-']);
	});

	it('no other request comes into question', async () => {
		const log = { calls: [call('a', 0, withKey('k'))], rivals: [keyed('k'), sent()] };
		expect(await lookUp([keyed('k')], log)).toEqual(['a']);
	});
});

describe('of several contacts in doubt', () => {
	it.each<[string, Array<InDoubt['sent']>, IDataObject[], string[]]>([
		['none is called where one call fits both', [sent(), sent()], [call('a')], ['? a', '? a']],
		[
			'none is called where two calls fit both',
			[sent(), sent()],
			[call('a'), call('b')],
			['? a', '? a'],
		],
		[
			'none is called where the log shows no metadata that tells them apart',
			[sent(DATA), sent()],
			[call('a')],
			['? a', '? a'],
		],
		[
			'each is called whose metadata is shown',
			[sent(DATA), sent({ metadata: { c: 4 } }), sent()],
			[call('a', 0, { metadata: { c: 4 } }), call('b', 0, DATA)],
			['b', 'a', '-'],
		],
		[
			'each is called whose number has one call',
			[sent(), sent({ to_number: '+14155550111' })],
			[call('a', 0, { to_number: '+14155550111' }), call('b')],
			['b', 'a'],
		],
		[
			'one who was asked for earlier is called where the call is too old for the other',
			[sent({ at: AT - 900_000 }), sent()],
			[call('a', -600)],
			['a', '-'],
		],
	])('%s', async (_, requests, calls, expected) => {
		expect(await lookUp(requests, { calls })).toEqual(expected);
	});
});

describe('what another run or execution has sent, whose call is not known either,', () => {
	it.each<[string, Partial<Sent>]>([
		['at the same time', {}],
		['five minutes before', { at: AT - 300_000 }],
		['later', { at: AT + 30_000 }],
		['at a time that is not known', { at: undefined }],
		['with metadata that the log may hide', DATA],
	])('%s may have brought about the call', async (_, rival) => {
		const log = { calls: [call('a')], rivals: [{ ...sent(), ...rival }] };
		expect(await lookUp([sent()], log)).toEqual(['? a']);
	});

	it.each<[string, Partial<Sent>]>([
		['earlier', { at: AT - 300_001 }],
		['to another number', { to_number: '+14155550111' }],
		['from another number', { from_number: '+14155550100' }],
		['to another endpoint', { endpoint_id: 'ep_def456' }],
		['with another account', { account: 'other' }],
		['with other metadata', { metadata: { c: 4 } }],
	])('%s has not', async (_, rival) => {
		const log = { calls: [call('a', 0, DATA)], rivals: [sent({ ...DATA, ...rival })] };
		expect(await lookUp([sent(DATA)], log)).toEqual(['a']);
	});
});

describe('the log is read', () => {
	const LOOK = { knownCallIds: [], rivals: [], isCancelled: () => false, now: NOW };
	const one = [{ item: 0, sent: sent() }];
	const OTHERS = { to_number: '+14155550111' };

	/** A log without end, and the pages that were read of it. */
	function endless(
		secondsOf: (position: number) => number,
		more: IDataObject = OTHERS,
		headers: Record<string, string> = {},
	) {
		const read: number[] = [];
		const client: Client = async ({ query }) => {
			const offset = Number(query?.offset ?? 0);
			read.push(offset / 100);
			const calls = Array.from({ length: 100 }, (_, index) =>
				call(`call_${offset + index}`, secondsOf(offset + index), more),
			);
			return answer(200, { calls, total: 100_000 }, headers);
		};
		return { read, client };
	}

	it('for outbound calls, from the newest on', async () => {
		const queries: unknown[] = [];
		const client: Client = async ({ query }) => {
			queries.push(query);
			return answer(200, { calls: [], total: 0 });
		};
		await lookUpCalls(client, one, LOOK);
		expect(queries).toEqual([{ direction: 'outbound', limit: 100 }]);
	});

	/** The 120th call is the last of the five minutes before the request. */
	const threeApart = (position: number) => 60 - 3 * position;
	const date = new Date(NOW + 3_600_000).toUTCString();
	const early = { item: 1, sent: sent({ at: AT - 600_000 }) };

	it.each<[string, Parameters<typeof endless>, typeof one, number]>([
		['up to the first page of calls that are all too old', [threeApart], one, 3],
		[
			'so far by the clock of KrosAI',
			[(position) => 3_600 + threeApart(position), OTHERS, { date }],
			one,
			3,
		],
		['as far as the earliest of the contacts needs it', [threeApart], [...one, early], 5],
		['for twenty pages at most', [() => 0], one, 20],
		['on where a page shows no times', [threeApart, { created_at: null }], one, 20],
	])('%s', async (_, log, contacts, pages) => {
		const { read, client } = endless(...log);
		await lookUpCalls(client, contacts, LOOK);
		expect(read).toEqual([...Array(pages).keys()]);
	});

	it('until the execution is stopped', async () => {
		const { read, client } = endless(() => 0);
		const isCancelled = () => read.length === 2;
		await lookUpCalls(client, one, { ...LOOK, isCancelled });
		expect(read).toEqual([0, 1]);
	});

	it('for nothing where the execution is stopped before all that fits was seen', async () => {
		let isCancelled = false;
		const client: Client = async ({ path }) => {
			if (path === '/calls') return answer(200, { calls: [call('a'), call('b')], total: 2 });
			isCancelled = true;
			return answer(200, call('a'));
		};
		const { found } = await lookUpCalls(client, one, { ...LOOK, isCancelled: () => isCancelled });
		expect(found).toEqual(new Map());
	});

	it('for no calls of others, one by one', async () => {
		const details: string[] = [];
		const client: Client = async ({ path }) => {
			if (path !== '/calls') details.push(path);
			return answer(200, { calls: [call('a'), call('b', 0, OTHERS), call('c', -600)], total: 3 });
		};
		await lookUpCalls(client, one, LOOK);
		expect(details).toEqual(['/calls/a']);
	});

	it.each<[string, Exchange, string]>([
		['the scope', answer(403, refusal('INSUFFICIENT_SCOPE')), 'scope'],
		['an answer', noAnswer('refused'), 'other'],
		['sense', answer(500), 'other'],
	])(
		'and where it lacks %s, nothing is found, and it is said why',
		async (_, exchange, obstacle) => {
			const result = await lookUpCalls(async () => exchange, one, LOOK);
			expect(result).toEqual({ found: new Map(), fitting: new Map(), obstacle });
		},
	);

	describe('in part only', () => {
		/** The first page shows a call that fits; of the others, this becomes. */
		const inPart =
			(request: Sent, rest: (page: number) => Exchange): Client =>
			async ({ query, path }) => {
				const first = call('a', 0, { metadata: request.metadata ?? {} });
				if (path !== '/calls') return answer(200, first);
				const offset = Number(query?.offset ?? 0);
				return offset ? rest(offset / 100) : answer(200, { calls: [first], total: 100_000 });
			};
		const RESTS: Array<[string, (page: number) => Exchange, 'other' | undefined]> = [
			['the next page fails', () => answer(500), 'other'],
			[
				'it has too many pages',
				(page) => answer(200, { calls: [call(`b${page}`, 0, OTHERS)], total: 100_000 }),
				undefined,
			],
		];

		it.each(RESTS)('proves no call to be the only one: %s', async (_, rest, expected) => {
			const { found, fitting, obstacle } = await lookUpCalls(inPart(sent(), rest), one, LOOK);
			expect([found.size, fitting.get(0), obstacle]).toEqual([0, 'a', expected]);
		});

		it.each(RESTS)('shows which call has the look-up key: %s', async (_, rest) => {
			const request = keyed('k');
			const inDoubt = [{ item: 0, sent: request }];
			const { found } = await lookUpCalls(inPart(request, rest), inDoubt, LOOK);
			expect(found.get(0)).toMatchObject({ call_id: 'a' });
		});
	});

	it('whole, where its first page is all there is', async () => {
		const client: Client = async ({ path }) =>
			answer(200, path === '/calls' ? { calls: [call('a')], total: 1 } : call('a'));
		const { found } = await lookUpCalls(client, one, LOOK);
		expect(found.get(0)).toMatchObject({ call_id: 'a' });
	});

	it('to no proof, where a call that fits can not be asked for its metadata', async () => {
		const client: Client = async ({ path }) =>
			path === '/calls' ? answer(200, { calls: [call('a')], total: 1 }) : answer(500);
		const { found, fitting } = await lookUpCalls(client, one, LOOK);
		expect([found.size, fitting.get(0)]).toEqual([0, 'a']);
	});

	describe('for no longer than ten seconds', () => {
		beforeEach(() => jest.useFakeTimers());
		afterEach(() => jest.useRealTimers());

		/** As the client gives up a request that isn't wanted any more. */
		const endedBy = async (wanted: AbortSignal): Promise<Exchange> =>
			await new Promise((resolve) => {
				const given = { answered: false, reason: 'cancelled', detail: '' } as const;
				wanted.addEventListener('abort', () => resolve(given));
			});
		const request = keyed('k');
		const withKey = call('a', 0, { metadata: { [LOOK_UP_KEY]: 'k' } });
		const pages = (path: string, first: IDataObject, more: number): Exchange =>
			answer(200, path === '/calls' ? { calls: [first], total: 1 + more } : first);

		it.each<
			[
				string,
				InDoubt['sent'],
				IDataObject,
				number,
				string,
				Omit<LookUp, 'found'> & { found: unknown },
			]
		>([
			[
				'the first page: nothing is known',
				sent(),
				call('a'),
				0,
				'/calls 0',
				{ found: [], fitting: new Map(), obstacle: 'other' },
			],
			[
				'the second page: of the first, a look-up key is proof',
				request,
				withKey,
				200,
				'/calls 1',
				{ found: ['a'], fitting: new Map(), obstacle: 'other' },
			],
			[
				'the second page: of the first, a call that alone fits is none',
				sent(),
				call('a'),
				200,
				'/calls 1',
				{ found: [], fitting: new Map([[0, 'a']]), obstacle: 'other' },
			],
			[
				'the metadata of the call that fits: it is no proof',
				sent(),
				call('a'),
				0,
				'/calls/a 0',
				{ found: [], fitting: new Map([[0, 'a']]), obstacle: undefined },
			],
		])('whatever it takes to give %s', async (_, own, first, more, slow, expected) => {
			const client: Client = async ({ path, query }, wanted) =>
				`${path} ${Number(query?.offset ?? 0)}` === slow
					? await endedBy(wanted!)
					: pages(path, first, more);
			const look = lookUpCalls(client, [{ item: 0, sent: own }], LOOK);
			let isOver = false;
			void look.then(() => (isOver = true));
			await jest.advanceTimersByTimeAsync(9_900);
			expect(isOver).toBe(false);
			await jest.advanceTimersByTimeAsync(100);
			const result = await look;
			const found = [...result.found.values()].map(callIdOf);
			expect({ ...result, found }).toEqual(expected);
		});

		it('nor after the execution was stopped', async () => {
			const stop = new AbortController();
			const client: Client = async (_, wanted) => await endedBy(wanted!);
			const look = lookUpCalls(client, one, { ...LOOK, isCancelled: () => stop.signal.aborted });
			await jest.advanceTimersByTimeAsync(1_000);
			stop.abort();
			await jest.advanceTimersByTimeAsync(200);
			expect(await look).toEqual({ found: new Map(), fitting: new Map(), obstacle: 'other' });
		});

		it('nor is anything waited for once all is read', async () => {
			await lookUpCalls(async ({ path }) => pages(path, call('a'), 0), one, LOOK);
			await jest.advanceTimersByTimeAsync(200);
			expect(jest.getTimerCount()).toBe(0);
		});
	});
});
