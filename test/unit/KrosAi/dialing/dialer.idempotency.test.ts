import type { Client } from '../../../../nodes/KrosAi/api/client';
import { RecentStarts } from '../../../../nodes/KrosAi/dialing/recentStarts';
import { RateLimiter } from '../../../../nodes/KrosAi/util/rateLimiter';
import {
	allContacts,
	FIRST,
	kept,
	newExecution,
	oneByOne,
	refuse,
	run,
	SECOND,
	simulator,
	to,
	useDialing,
	words,
} from '../../../support/dialing';
import { answer, answering } from '../../../support/exchanges';
import { KeyTable } from '../../../support/keyTable';
import { PatientTime, VirtualTime } from '../../../support/clocks';

useDialing();

/** Of the requests so far, by number. */
const keysTo = (number: string) =>
	simulator.requests
		.filter(({ body }) => (body as { to_number: string }).to_number === number)
		.map(({ headers }) => headers['idempotency-key'] as string);

describe('the Idempotency-Key of a start', () => {
	it('is one of its own for each contact, also of one number', async () => {
		await run([...allContacts, to(FIRST)]);
		const keys = simulator.requests.map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(5);
		for (const key of keys) expect(key).toMatch(/^[\da-f]{32}$/);
	});

	it('is a new one after each refusal in a run', async () => {
		simulator.fault(answering(429, { times: 3 }));
		expect(words(await run([to(FIRST)], oneByOne()))).toEqual(['called']);
		expect(new Set(keysTo(FIRST)).size).toBe(4);
	});

	it('is a new one after a refusal in an earlier try, and in a retry before', async () => {
		refuse(FIRST, 3);
		await run([to(FIRST)]);
		await run([to(FIRST)]);
		const retry = { isRetry: true, executionId: 'retry' };
		await run([to(FIRST)], retry);
		expect(words(await run([to(FIRST)], retry))).toEqual(['called']);
		expect(new Set(keysTo(FIRST)).size).toBe(4);
	});

	it('is the same from two retries at once, whatever others were refused', async () => {
		refuse(FIRST);
		await run([to(FIRST)]);
		const before = structuredClone(kept.context);
		kept.memory = new KeyTable();
		await run([to(SECOND), to(FIRST)], { isRetry: true, executionId: 'one' });
		kept.context = before;
		kept.memory = new KeyTable();
		await run([to(FIRST), to(SECOND)], { isRetry: true, executionId: 'two' });
		const [original, first, second] = keysTo(FIRST);
		expect(first).toBe(second);
		expect(first).not.toBe(original);
		expect(new Set(keysTo(SECOND)).size).toBe(1);
	});

	it('is not the same for two executions that begin in the same millisecond', async () => {
		const both = { lineageOf: { id: 'both' }, starts: new RecentStarts() };
		await run([to(FIRST)], { executionId: 'one', ...both });
		newExecution();
		await run([to(FIRST)], { executionId: 'two', ...both });
		expect(new Set(keysTo(FIRST)).size).toBe(2);
	});

	it('is not the same for two executions without a time of their own', async () => {
		const lineageOf = { id: '5 workflow node', since: undefined };
		await run([to(FIRST)], { executionId: '5', lineageOf });
		// Another n8n, or the same with an empty database.
		newExecution();
		kept.memory = new KeyTable();
		await run([to(FIRST)], { executionId: '5', lineageOf });
		expect(new Set(keysTo(FIRST)).size).toBe(2);
	});

	it('never has a request be sent again', async () => {
		simulator.fault({ kind: 'dropAfter' });
		expect(words(await run([to(FIRST)]))).toEqual(['NETWORK unknown']);
		expect(words(await run([to(FIRST)]))).toEqual(['NETWORK unknown']);
		expect(keysTo(FIRST)).toHaveLength(1);
	});
});

describe('a rate that starts share with all else', () => {
	it('holds starts back that the option alone would let go', async () => {
		const clock = new VirtualTime();
		const requestRate = new RateLimiter(10);
		const times: number[] = [];
		const client: Client = async () => {
			times.push(clock.now());
			// A look at something else, in the same execution.
			requestRate.started(Math.max(clock.now(), requestRate.nextAt()));
			await clock.sleep(5);
			return answer(200, { call_id: `call_${times.length}` });
		};
		const contacts = Array.from({ length: 20 }, () => to(FIRST));
		await clock.until(run(contacts, { callsPerSecond: 200, client, clock, requestRate }));
		expect(times).toHaveLength(20);
		// Each start and the look after it: five of both in a second.
		for (const [index, time] of times.slice(5).entries()) {
			expect(time - times[index]!).toBeGreaterThan(1000);
		}
	});

	it('is told of each start', async () => {
		const requestRate = new RateLimiter(10);
		const clock = new PatientTime();
		await run(allContacts, oneByOne({ requestRate }, clock));
		expect(requestRate.nextAt()).toBeGreaterThan(clock.now());
	});
});
