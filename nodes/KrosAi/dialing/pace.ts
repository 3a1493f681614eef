/** What counts is when a request arrives at KrosAI, and no two take the same time to get there. */
const MARGIN = 1.02;

/** A little faster than even, to make up for timers that go off late; the window keeps the limit. */
const HASTE = 0.9;

/** Spaces starts evenly, and never lets more than so many fall into one second. Times are in ms. */
export class Pace {
	/** The last starts, as many as the window holds: the oldest is overwritten. */
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
		this.count += 1;
		this.last = now;
	}
}
