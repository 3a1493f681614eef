/** What counts is when a request arrives at KrosAI, which is never known to the millisecond. */
const MARGIN = 1.015;

/** A little faster than even, to make up for timers that go off late; the window keeps the limit. */
const HASTE = 0.9;

/** KrosAI's usual limit. Who may start more in a second has lines for them, too. */
const USUAL_PER_SECOND = 10;

/** Even in a burst a request is sent before others are started, or its time of start says nothing. */
const LEAST_GAP_MS = 0.5;

/** After so many pauses that KrosAI asked for, starts come evenly. */
const PAUSES_TO_EVEN = 3;

/**
 * Never lets more than so many requests arrive at KrosAI within a second. Up to its usual rate starts
 * come evenly. At a higher one all that a second allows come at once, which is how a list is done
 * soonest, until KrosAI refuses one. Times are in ms.
 */
export class Pace {
	/** When the last requests arrived, as many as the window holds: the oldest is overwritten. */
	private readonly arrivals: number[] = [];
	private count = 0;
	private last = -Infinity;
	/** The shortest time from a start to its answer. */
	private quickest = Infinity;
	private readonly perWindow: number;
	private readonly windowMs: number;
	private readonly marginMs: number;
	private readonly evenGapMs: number;
	private gapMs: number;

	/** @param perSecond below 1 it means one start in 1/perSecond seconds */
	constructor(perSecond: number) {
		this.perWindow = Math.max(1, Math.floor(perSecond));
		const limitMs = (this.perWindow / perSecond) * 1000;
		this.windowMs = limitMs * MARGIN;
		this.marginMs = this.windowMs - limitMs;
		this.evenGapMs = (1000 / perSecond) * HASTE;
		const isUsual = perSecond <= USUAL_PER_SECOND;
		this.gapMs = isUsual ? this.evenGapMs : Math.min(LEAST_GAP_MS, this.evenGapMs);
	}

	/** When the next start may be. */
	nextAt(): number {
		const oldest = this.arrivals[this.count % this.perWindow] ?? -Infinity;
		return Math.max(this.last + this.gapMs, oldest + this.windowMs);
	}

	/** @returns the number of this start, to be handed back with its answer */
	started(now: number): number {
		this.arrivals[this.count % this.perWindow] = now;
		this.last = now;
		return this.count++;
	}

	/**
	 * KrosAI took the request. When it arrived there nobody says, but all that came after took no less
	 * than in the quickest case: so one of a burst, which was long on its way, counts from a later time,
	 * as far as the margin doesn't cover it.
	 */
	accepted(now: number, start: { number: number; at: number }): void {
		this.quickest = Math.min(this.quickest, now - start.at);
		const isOld = start.number < this.count - this.perWindow;
		if (isOld || this.gapMs >= this.evenGapMs) return;
		const lateMs = now - start.at - this.quickest - this.marginMs;
		this.arrivals[start.number % this.perWindow] = start.at + Math.max(0, lateMs);
	}

	/** No line is free: whoever comes at once with many is refused with many. */
	spread(): void {
		this.gapMs = this.evenGapMs;
	}

	/** KrosAI asked to wait: perhaps it counts in another way, and takes fewer at once. */
	spreadSome(): void {
		this.gapMs = Math.min(this.evenGapMs, this.gapMs + this.evenGapMs / PAUSES_TO_EVEN);
	}
}
