const SECOND = 1000;

/** At most so many in a window that slides (KrosAI docs, Rate limits). */
export class RateLimit {
	/** When each counted one came, in ms, oldest first. */
	private times: number[] = [];

	/**
	 * `perSecond` may change at any time; where a window holds less than one, it is longer.
	 *
	 * @param windowSeconds how long a window is; in a longer one all of its requests may come at once
	 */
	constructor(
		private readonly perSecond: () => number,
		private readonly windowSeconds = 1,
	) {}

	/** Counts one and returns 0, or counts nothing and returns the seconds until it would. */
	take(): number {
		const now = performance.now();
		if (this.free(now) <= 0) return this.untilNext(now);
		if (this.perSecond() !== Infinity) this.times.push(now);
		return 0;
	}

	/** How many more would be counted now. */
	remaining(): number {
		return this.free(performance.now());
	}

	/** Seconds until the oldest counted one leaves the window; 0 where there is none. */
	secondsUntilNext(): number {
		const now = performance.now();
		this.free(now);
		return this.untilNext(now);
	}

	forget(): void {
		this.times = [];
	}

	/** Lets go of those that have left the window, and counts what is left. */
	private free(now: number): number {
		const start = now - this.windowMs();
		const inWindow = this.times.findIndex((time) => time > start);
		this.times.splice(0, inWindow < 0 ? this.times.length : inWindow);
		return this.capacity() - this.times.length;
	}

	private untilNext(now: number): number {
		const [oldest] = this.times;
		return oldest === undefined ? 0 : Math.ceil(oldest + this.windowMs() - now) / SECOND;
	}

	private capacity(): number {
		return Math.max(1, Math.floor(this.perSecond() * this.windowSeconds));
	}

	private windowMs(): number {
		const perSecond = this.perSecond();
		return perSecond === Infinity ? SECOND : (this.capacity() / perSecond) * SECOND;
	}
}
