import { BRISK, PATIENT, retryReads } from '../../../../nodes/KrosAi/api/retry';
import type { ApiRequest, Exchange } from '../../../../nodes/KrosAi/api/types';
import { answer, noAnswer, PAGE } from '../../../support/exchanges';

beforeEach(() => {
	jest.useFakeTimers();
	jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

const GET: ApiRequest = { method: 'GET', path: '/calls' };
const OK = answer(200, {});

interface Course {
	exchange: Exchange;
	/** When each try began, in ms after the first. */
	at: number[];
}

/** What becomes of a request whose tries end one after the other like this, the last for ever. */
async function course(
	exchanges: Exchange[],
	{ request = GET, patience = PATIENT, takesMs = 0, isCancelled = () => false } = {},
): Promise<Course> {
	const start = Date.now();
	const at: number[] = [];
	const send = async () => {
		at.push(Date.now() - start);
		if (takesMs) await new Promise((done) => setTimeout(done, takesMs));
		return exchanges[Math.min(at.length, exchanges.length) - 1]!;
	};
	const result = retryReads(send, patience, isCancelled)(request);
	await jest.advanceTimersByTimeAsync(600_000);
	return { exchange: await result, at };
}

it.each([
	['a lost connection', noAnswer('lost')],
	['a refused connection', noAnswer('refused')],
	['a name not found', noAnswer('dns')],
	['no way to the host', noAnswer('unreachable')],
	['a timeout', noAnswer('timeout')],
	['500', answer(500)],
	['a page of a proxy', answer(502, PAGE)],
	['503', answer(503)],
	['504', answer(504)],
	['408', answer(408)],
	['429', answer(429)],
])('sends again after %s', async (_, exchange) => {
	expect(await course([exchange, OK])).toEqual({ exchange: OK, at: [0, 500] });
});

it.each([
	['success', OK],
	['400', answer(400)],
	['401', answer(401)],
	['403', answer(403)],
	['404', answer(404)],
	['a redirect', answer(307)],
	['501', answer(501)],
	['an answer not understood', answer(200, PAGE)],
	['no usable credential', noAnswer('notSent')],
	['a bad certificate', noAnswer('tls')],
	['a cancelled request', noAnswer('cancelled')],
])('does not after %s', async (_, exchange) => {
	expect(await course([exchange, answer(418)])).toEqual({ exchange, at: [0] });
});

it.each(['POST', 'DELETE'] as const)('never sends a %s again', async (method) => {
	for (const exchange of [answer(503), answer(429), noAnswer('refused'), noAnswer('lost')]) {
		expect(await course([exchange, OK], { request: { ...GET, method } })).toEqual({
			exchange,
			at: [0],
		});
	}
});

it('waits twice as long each time, and gives up after five tries', async () => {
	expect(await course([answer(503)])).toEqual({
		exchange: answer(503),
		at: [0, 500, 1500, 3500, 7500],
	});
});

it('waits up to a quarter longer, by chance', async () => {
	jest.mocked(Math.random).mockReturnValue(0.96);
	expect((await course([answer(503), OK])).at).toEqual([0, 620]);
});

it('begins no try after its whole time', async () => {
	expect((await course([noAnswer('timeout')], { takesMs: 29_000 })).at).toEqual([
		0, 29_500, 59_500,
	]);
	expect((await course([noAnswer('timeout')], { takesMs: 30_000 })).at).toEqual([0, 30_500]);
	const atItsEnd = { patience: { tries: 9, totalMs: 1500 } };
	expect((await course([answer(503)], atItsEnd)).at).toEqual([0, 500, 1500]);
});

it('waits as long as KrosAI asks, by body or header, but not beyond its whole time', async () => {
	const body = { error: 'Rate limit exceeded', code: 'RATE_LIMIT_EXCEEDED', retry_after: 2.5 };
	expect((await course([answer(429, body), OK])).at).toEqual([0, 2500]);
	expect((await course([answer(503, '', { 'retry-after': '7' }), OK])).at).toEqual([0, 7000]);
	expect((await course([answer(429, { ...body, retry_after: 0.1 }), OK])).at).toEqual([0, 500]);
	const late = answer(429, { ...body, retry_after: 3600 });
	expect(await course([late, OK])).toEqual({ exchange: late, at: [0] });
});

it('has its time whatever the clock does meanwhile', async () => {
	const jump = (hours: number) => jest.setSystemTime(Date.now() + hours * 3_600_000);
	for (const hours of [1, -1]) {
		const start = performance.now();
		const at: number[] = [];
		const send = async () => {
			at.push(performance.now() - start);
			jump(hours);
			return answer(503);
		};
		const result = retryReads(send, { tries: 9, totalMs: 1500 }, () => false)(GET);
		await jest.advanceTimersByTimeAsync(600_000);
		expect(await result).toEqual(answer(503));
		expect(at).toEqual([0, 500, 1500]);
	}
});

it('keeps no user waiting before the editor', async () => {
	const options = { patience: BRISK };
	expect((await course([answer(503)], options)).at).toEqual([0, 500]);
	// The editor's own time for a request.
	expect((await course([noAnswer('timeout')], { ...options, takesMs: 10_000 })).at).toEqual([0]);
});

it('stops waiting when the execution is cancelled', async () => {
	const start = Date.now();
	const isCancelled = () => Date.now() - start >= 300;
	let cancelledAt = 0;
	const send = jest.fn(async () => answer(503));
	const result = retryReads(
		send,
		PATIENT,
		isCancelled,
	)(GET).then((exchange) => {
		cancelledAt = Date.now() - start;
		return exchange;
	});
	await jest.advanceTimersByTimeAsync(10_000);
	expect(await result).toEqual(answer(503));
	expect(cancelledAt).toBe(400);
	expect(send).toHaveBeenCalledTimes(1);
});
