import { inTurn, requestRateOf } from '../../../../nodes/KrosAi/api/requestRate';
import type { ApiRequest } from '../../../../nodes/KrosAi/api/types';
import { answer, REQUEST } from '../../../support/exchanges';
import { SkippedPauses } from '../../../support/clocks';

const mockPauses = new SkippedPauses();
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => await mockPauses.sleep(ms),
}));
beforeEach(() => mockPauses.begin(() => 0));
afterEach(() => jest.restoreAllMocks());

const GET: ApiRequest = { method: 'GET', path: '/calls' };
let executions = 0;
const execution = (id = `rate ${(executions += 1)}`) => ({ getExecutionId: () => id });

describe('the rate of an execution', () => {
	it('is one for all who ask in it', () => {
		const context = execution();
		expect(requestRateOf(context)).toBe(requestRateOf({ ...context }));
		expect(requestRateOf(execution())).not.toBe(requestRateOf(execution()));
	});

	it('is one for each where there is no execution', () => {
		const context = { getExecutionId: () => undefined as never };
		expect(requestRateOf(context)).not.toBe(requestRateOf(context));
		expect(requestRateOf({})).not.toBe(requestRateOf({}));
	});

	it('is kept for the thousand executions that asked last', () => {
		const [kept, forgotten] = [execution(), execution()];
		const [first, second] = [requestRateOf(kept), requestRateOf(forgotten)];
		for (let others = 0; others < 999; others += 1) {
			requestRateOf(execution());
			requestRateOf(kept);
		}
		expect(requestRateOf(kept)).toBe(first);
		expect(requestRateOf(forgotten)).not.toBe(second);
	});
});

describe('requests in turn', () => {
	/** When each was sent, in ms. */
	async function times(requests: ApiRequest[], isCancelled = () => false) {
		const rate = requestRateOf(execution());
		const sent: number[] = [];
		const send = inTurn(
			async () => {
				sent.push(mockPauses.total);
				return answer(200, {});
			},
			rate,
			isCancelled,
		);
		const exchanges = [];
		for (const request of requests) exchanges.push(await send(request));
		return { sent, rate, exchanges };
	}

	it('are fewer than ten in each second', async () => {
		const { sent } = await times(Array<ApiRequest>(35).fill(GET));
		expect(sent[0]).toBe(0);
		for (const [index, time] of sent.slice(10).entries()) {
			expect(time - sent[index]!).toBeGreaterThan(1000);
		}
		expect(sent.at(-1)).toBeLessThan(4000);
	});

	it('leave a start to its sender, who has counted it', async () => {
		const { sent, rate } = await times(Array<ApiRequest>(30).fill(REQUEST));
		expect(sent).toEqual(Array(30).fill(0));
		expect(rate.nextAt()).toBe(-Infinity);
	});

	it('are given up where the execution is stopped while they wait', async () => {
		const { sent, exchanges } = await times([GET, GET, GET], () => mockPauses.total > 0);
		expect(sent).toEqual([0]);
		expect(exchanges.slice(1)).toEqual(
			Array(2).fill({ answered: false, reason: 'cancelled', detail: '' }),
		);
	});
});
