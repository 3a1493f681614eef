import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import { hasEnded } from '../../../../nodes/KrosAi/calls/hasEnded';
import { lookUpEnds, type KnownEnds } from '../../../../nodes/KrosAi/waiting/completion';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { until } from '../../../../simulator/client';
import { answer } from '../../../support/exchanges';
import { clientFor } from '../../../support/n8n';

useSimulator({ startsPerSecond: Infinity });
let client: Client;
beforeEach(async () => {
	client = await clientFor(simulator);
});

/** Calls of which all but some have found a busy line: the answers to their start. */
async function batchOf(count: number, running: number[] = []): Promise<IDataObject[]> {
	const batch: IDataObject[] = [];
	const ended = () => simulator.calls.filter(({ status }) => status === 'busy').length;
	const before = ended();
	for (let index = 0; index < count; index++) {
		const to_number = `+1415555${String(index).padStart(4, '0')}`;
		const isRunning = running.includes(index);
		simulator.script(to_number, isRunning ? 'answered' : 'busy', { setup: isRunning ? 1e6 : 0 });
		const { id, created_at } = simulator.addCall({ toNumber: to_number });
		batch.push({ call_id: id, created_at, to_number });
	}
	await until(() => ended() - before === count - running.length);
	return batch;
}

/** What is asked for while this goes on. */
async function look(batch: IDataObject[], ends: KnownEnds = new Map(), options = {}) {
	const before = simulator.requests.length;
	const completion = await lookUpEnds(client, batch, ends, options);
	const asked = simulator.requests.slice(before).map(({ path }) => path);
	const pages = asked.filter((path) => path === '/v1/calls').length;
	return { completion, known: ends.size, pages, single: asked.length - pages };
}

it('knows of every call from the pages of the log', async () => {
	expect(await look(await batchOf(150))).toEqual({
		completion: { all: 'ended' },
		known: 150,
		pages: 2,
		single: 0,
	});
});

it.each([
	['pages of the log', 150],
	['single calls', 2],
])('looks between two %s whether the execution was stopped', async (_, count) => {
	const batch = await batchOf(count);
	const before = simulator.requests.length;
	const isCancelled = () => simulator.requests.length > before;
	const { completion, pages, single } = await look(batch, new Map(), { isCancelled });
	expect(completion).toMatchObject({ all: 'notEnded' });
	expect(pages + single).toBe(1);
});

it('stops at the first call that still runs, and keeps what it has seen', async () => {
	const batch = await batchOf(150, [149]);
	expect(await look(batch)).toEqual({
		completion: { all: 'notEnded', running: batch[149]!.call_id },
		known: 99,
		pages: 1,
		single: 0,
	});
});

it('goes on to the last where the outcome of each counts', async () => {
	const batch = await batchOf(150, [3, 149]);
	const { completion, ...rest } = await look(batch, new Map(), { ofEach: true });
	expect(completion.all).toBe('notEnded');
	expect(rest).toEqual({ known: 148, pages: 2, single: 0 });
});

it('asks for one or two calls singly, and for none that it knows', async () => {
	const batch = await batchOf(3);
	expect(await look(batch)).toMatchObject({ known: 3, pages: 1, single: 0 });
	const ends: KnownEnds = new Map([[String(batch[0]!.call_id), batch[0]!]]);
	expect(await look(batch, ends)).toMatchObject({ known: 3, pages: 0, single: 2 });
	expect(await look(batch, ends)).toMatchObject({
		completion: { all: 'ended' },
		pages: 0,
		single: 0,
	});
});

it('goes on to the last of those that it asks for singly, where the outcome of each counts', async () => {
	const batch = await batchOf(2, [0]);
	const running = { all: 'notEnded', running: batch[0]!.call_id };
	expect(await look(batch)).toMatchObject({ completion: running, known: 0, single: 1 });
	const options = { ofEach: true };
	expect(await look(batch, new Map(), options)).toMatchObject({
		completion: running,
		known: 1,
		single: 2,
	});
});

it('takes the word of a payload for a call that the log shows as still running', async () => {
	const batch = await batchOf(4, [2]);
	const own = { call_id: batch[2]!.call_id, status: 'completed' } as IDataObject;
	const ends: KnownEnds = new Map([[String(own.call_id), own]]);
	expect(await look(batch, ends)).toMatchObject({
		completion: { all: 'ended' },
		known: 4,
		single: 0,
	});
	expect(ends.get(String(own.call_id))).toBe(own);
});

it('asks for nothing where a call has no id, such as one that was never placed', async () => {
	const batch = await batchOf(2);
	const failed = { message: 'No number' };
	expect(await look([failed, ...batch, { call_id: '' }])).toMatchObject({
		completion: { all: 'ended' },
		known: 2,
		pages: 0,
		single: 2,
	});
});

it('reads the log no further than to the last call of the batch', async () => {
	const earlier = await batchOf(120);
	const batch = await batchOf(4, [1]);
	// All of them in the same seconds, as in two batches of one campaign.
	const created_at = earlier[0]!.created_at as string;
	const all = batch.map((call, index) => (index ? call : { ...call, created_at }));
	expect(await look(all, new Map(), { ofEach: true })).toEqual({
		completion: { all: 'notEnded', running: batch[1]!.call_id },
		known: 3,
		pages: 1,
		single: 0,
	});
});

it('asks for outbound calls of the batch’s own time, with what rounding may take', async () => {
	const times = ['10:00:03.100', '10:00:01.900', '10:00:02.500'];
	const batch = times.map((time, index) => ({
		call_id: `call_${index}`,
		created_at: `2025-01-10T${time}Z`,
	}));
	const asked: unknown[] = [];
	const log: Client = async ({ query }) => {
		asked.push(query);
		return answer(200, { calls: batch.map((call) => ({ ...call, status: 'busy' })) });
	};
	expect(await lookUpEnds(log, batch, new Map())).toEqual({ all: 'ended' });
	expect(asked).toEqual([
		expect.objectContaining({
			direction: 'outbound',
			from_date: '2025-01-10T09:59:59Z',
			to_date: '2025-01-10T10:00:05Z',
		}),
	]);
});

it('asks for each singly where the list fails', async () => {
	const batch = await batchOf(4);
	simulator.fault({ kind: 'status', status: 404, path: '/v1/calls' });
	expect(await look(batch)).toMatchObject({ completion: { all: 'ended' }, pages: 1, single: 4 });
});

it('is not kept busy by the calls of a later campaign', async () => {
	const batch = (await batchOf(4)).map((call) => ({
		...call,
		created_at: '2020-01-10T12:00:00Z',
	}));
	await batchOf(250);
	// Nothing of the log lies in the time of the batch.
	expect(await look(batch)).toMatchObject({ completion: { all: 'ended' }, pages: 1, single: 4 });
});

it('reads no more pages than the batch can fill where KrosAI says no times', async () => {
	const batch = (await batchOf(4)).map(({ call_id }) => ({ call_id }) as IDataObject);
	await batchOf(350);
	expect(await look(batch)).toMatchObject({
		completion: { all: 'ended' },
		known: 4,
		pages: 2,
		single: 4,
	});
});

it('takes a call that is not in the log yet as running', async () => {
	const completion = await lookUpEnds(client, [{ call_id: 'call_unknown' }], new Map());
	expect(completion).toEqual({ all: 'notEnded', running: 'call_unknown' });
});

it('says so where it can not be known', async () => {
	const batch = await batchOf(1);
	simulator.fault({ kind: 'status', status: 403 });
	expect(await lookUpEnds(client, batch, new Map())).toMatchObject({ all: 'unknown' });
});

it.each([
	[{ status: 'initiated' }, false],
	[{ status: 'queued' }, false],
	[{ status: 'in_progress', answered_at: '2025-01-10T10:00:05Z' }, false],
	[{}, false],
	[{ status: 'failed' }, true],
	[{ status: 'completed' }, true],
	[{ status: 'No Answer' }, true],
	[{ status: 'ended', completed_at: '2025-01-10T10:03:05Z' }, true],
	[{ status: 'ended', ended_at: '2025-01-10T10:03:05Z' }, true],
])('of %j, whether the call is over: %s', (call, over) => expect(hasEnded(call)).toBe(over));

it('asks for the time of more calls than fit on a stack', async () => {
	const [call] = await batchOf(1);
	const batch = Array.from({ length: 200_000 }, () => call!);
	expect(await look(batch)).toMatchObject({ completion: { all: 'ended' } });
	const others = batch.map((entry, index) => ({ ...entry, call_id: `call_${index}` }));
	expect(await look(others)).toMatchObject({ completion: { all: 'notEnded' } });
});

it.each([{ toString: 1 }, '-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00Z', null])(
	'asks for no time where a call was created at %j',
	async (created_at) => {
		const batch = [0, 1, 2].map((index) => ({ call_id: `call_${index}`, created_at }));
		const asked: unknown[] = [];
		const log: Client = async ({ query }) => {
			asked.push(query);
			return answer(200, { calls: batch.map(({ call_id }) => ({ call_id, status: 'busy' })) });
		};
		expect(await lookUpEnds(log, batch as IDataObject[], new Map())).toEqual({ all: 'ended' });
		expect(asked).toEqual([{ direction: 'outbound', limit: 100 }]);
	},
);
