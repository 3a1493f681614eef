import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** As many turns of the event loop without a request under way: all that was to happen has happened. */
const QUIET_TURNS = 12;

/**
 * Puts this process on a clock that stands still while anything is under way, and jumps to the next
 * timer when all wait: hours pass in seconds, for all of the process alike. n8n's engine, the
 * nodes and the simulator read `Date.now`, `performance.now` and `setTimeout`, and are as they are.
 * Requests take no time on this clock. To be called before the engine is opened.
 */
export function startVirtualClock(): void {
	const timers: VirtualTimer[] = [];
	const { clearTimeout: realClearTimeout } = globalThis;
	const startedAt = Date.now();
	let ms = 0;
	Date.now = () => startedAt + Math.floor(ms);
	performance.now = () => ms;
	globalThis.setTimeout = ((run: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) => {
		const timer = new VirtualTimer(ms + Math.max(0, delay), () => run(...args));
		// After those of the same time, as Node does it.
		const index = timers.findIndex(({ at }) => at > timer.at);
		timers.splice(index < 0 ? timers.length : index, 0, timer);
		return timer;
	}) as unknown as typeof setTimeout;
	globalThis.clearTimeout = ((timer: unknown) => {
		if (timer instanceof VirtualTimer) {
			const index = timers.indexOf(timer);
			if (index >= 0) timers.splice(index, 1);
		} else {
			realClearTimeout(timer as NodeJS.Timeout);
		}
	}) as typeof clearTimeout;

	const underWay = countRequests();
	const passTime = async () => {
		for (;;) {
			for (let turn = 0; turn < QUIET_TURNS; turn++) {
				await new Promise((resolve) => setImmediate(resolve));
				if (underWay() > 0) turn = -1;
			}
			const timer = timers.shift();
			if (!timer) continue;
			ms = Math.max(ms, timer.at);
			timer.run();
		}
	};
	void passTime();
}

/** Requests of this process that have not been answered to their end, of node:http and of fetch. */
function countRequests(): () => number {
	let count = 0;
	subscribe('http.client.request.start', (message) => {
		count += 1;
		const { request } = message as { request: ClientRequest };
		request.once('close', () => {
			count -= 1;
		});
	});
	subscribe('undici:request:create', () => {
		count += 1;
	});
	for (const end of ['undici:request:trailers', 'undici:request:error']) {
		subscribe(end, () => {
			count -= 1;
		});
	}
	return () => count;
}

/** What `setTimeout` gives back, as far as it is used. */
class VirtualTimer {
	constructor(
		readonly at: number,
		readonly run: () => void,
	) {}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}

	hasRef(): boolean {
		return true;
	}
}
