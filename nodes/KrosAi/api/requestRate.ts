import type { IExecuteFunctions } from 'n8n-workflow';
import { pause } from '../util/pause';
import { RateLimiter } from '../util/rateLimiter';
import { PATHS } from './paths';
import type { Send } from './types';

/** The Bridge API takes 600 requests a minute from one address, whatever they ask for. */
export const REQUESTS_PER_SECOND = 10;

const MOST_EXECUTIONS = 1_000;

/** Of the executions that asked last; oldest first. */
const limiters = new Map<string, RateLimiter>();

/**
 * What keeps all requests of an execution below ten a second: those of its nodes, of the rounds of a
 * loop and of an agent's tools. Where there is no execution, it is for one client alone.
 */
export function requestRateOf(
	context: Partial<Pick<IExecuteFunctions, 'getExecutionId'>>,
): RateLimiter {
	const execution = context.getExecutionId?.();
	if (!execution) return new RateLimiter(REQUESTS_PER_SECOND);
	const limiter = limiters.get(execution) ?? new RateLimiter(REQUESTS_PER_SECOND);
	limiters.delete(execution);
	limiters.set(execution, limiter);
	const [oldest] = limiters.keys();
	if (limiters.size > MOST_EXECUTIONS) limiters.delete(oldest!);
	return limiter;
}

/** Has each request wait for its turn, but those that start a call: the dialer counts them itself. */
export function inTurn(send: Send, rate: RateLimiter, isCancelled: () => boolean): Send {
	return async (request, wanted) => {
		if (request.path !== PATHS.outboundCalls) {
			const now = performance.now();
			const turn = Math.max(now, rate.nextAt());
			rate.started(turn);
			await pause(turn - now, isCancelled);
			if (turn > now && isCancelled()) return { answered: false, reason: 'cancelled', detail: '' };
		}
		return await send(request, wanted);
	};
}
