/** What counts is when a request arrives at KrosAI, which is never known to the millisecond. */
const MARGIN = 1.015;

/** A little faster than even, to make up for timers that go off late; the window keeps the limit. */
const HASTE = 0.9;

/** Starts no more than so many requests within a second, evenly spaced. Times are in ms. */
export class RateLimiter {
	/** When the last requests were started, as many as the window holds: the oldest is overwritten. */
	private readonly starts: number[] = [];
	private count = 0;
	private last = -Infinity;
	private readonly perWindow: number;
	private readonly windowMs: number;
	private readonly gapMs: number;

	/** @param perSecond below 1 it means one start in 1/perSecond seconds */
	constructor(perSecond: number) {
		this.perWindow = Math.max(1, Math.floor(perSecond));
		this.windowMs = (this.perWindow / perSecond) * 1000 * MARGIN;
		this.gapMs = (1000 / perSecond) * HASTE;
	}

	/** When the next start may be. */
	nextAt(): number {
		const oldest = this.starts[this.count % this.perWindow] ?? -Infinity;
		return Math.max(this.last + this.gapMs, oldest + this.windowMs);
	}

	started(now: number): void {
		this.starts[this.count % this.perWindow] = now;
		this.last = now;
		this.count += 1;
	}
}
