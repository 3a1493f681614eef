/** More requests are never in flight: if KrosAI hangs, so many contacts can't be known. */
const MOST_IN_FLIGHT = 100;

/** A wait grows with the time in which no call was accepted, so that a long one brings few refusals. */
const SHARE_OF_SILENCE = 1 / 6;

/**
 * How long one waits between two probes, as a share of the time that a line usually takes to free.
 * An eighth where lines free one at a time, which leaves a line idle for a sixteenth of a call;
 * where there are several, the others talk meanwhile, and it may be more.
 */
const LEAST_SHARE = 1 / 8;
const MOST_SHARE = 1 / 2;

const LEAST_WAIT_MS = 50;

/** A request that isn't answered for so long holds up no other. */
const SLOW_MS = 5_000;

export interface Attempt {
	round: number;
	at: number;
}

/** How fast older times between two free lines are forgotten. */
const MEMORY = 0.9;

/**
 * Learns how many calls KrosAI takes at once, and when to ask for a line again. KrosAI doesn't tell: a plan
 * has 1, 10 or 50 lines, other workflows use them too, and a call ends when it ends. So a refusal
 * closes the gate to all but one request, which probes; an accepted one opens it, twice as far each
 * time, until the next refusal. All times are in ms.
 */
export class ConcurrencyLimiter {
	/** The requests of this round that are in flight, oldest first. */
	private open: Attempt[] = [];
	/** How many of them there may be. */
	private allowance = MOST_IN_FLIGHT;
	private notBefore = -Infinity;
	private lastAcceptedAt: number;
	/** Counts refusals that closed the gate: what was sent before one says nothing of the time after. */
	private round = 0;
	/** Calls accepted since the gate was opened again. */
	private opened = 0;
	/** When the gate was first found closed; the sums below count from there. */
	private closedAt: number | undefined;
	private acceptedSince = 0;
	private sums = { calls: 0, ms: 0 };
	private share = LEAST_SHARE;

	constructor(
		now: number,
		private readonly random: () => number = Math.random,
	) {
		this.lastAcceptedAt = now;
	}

	/** When the next request may start, with so many in flight; Infinity: not before one is answered. */
	nextAt(inFlight: number): number {
		if (inFlight >= MOST_IN_FLIGHT) return Infinity;
		const oldest = this.open[this.open.length - this.allowance];
		return Math.max(this.notBefore, oldest ? oldest.at + SLOW_MS : -Infinity);
	}

	/** How many more requests may be in flight; at least one, who waits for a line. */
	get free(): number {
		return Math.max(1, this.allowance - this.open.length);
	}

	started(now: number): Attempt {
		const attempt = { round: this.round, at: now };
		this.open.push(attempt);
		return attempt;
	}

	/** It was answered, in whatever way, or never will be. */
	ended(attempt: Attempt): void {
		// Answers mostly come in the order of their requests, so it is found at once.
		const index = this.open.indexOf(attempt);
		if (index >= 0) this.open.splice(index, 1);
	}

	accepted(now: number, { round }: Attempt): void {
		this.lastAcceptedAt = now;
		this.acceptedSince += 1;
		if (round !== this.round) return;
		this.opened += 1;
		this.allowance = Math.min(this.allowance * 2, MOST_IN_FLIGHT);
		this.notBefore = -Infinity;
	}

	/**
	 * No line is free.
	 *
	 * @param latest when the next request starts at the latest
	 */
	refused(now: number, { round }: Attempt, latest: number): void {
		if (round !== this.round) return;
		if (this.opened > 0 || this.closedAt === undefined) this.learn(now);
		const usual = this.sums.calls ? (this.sums.ms / this.sums.calls) * this.share : 0;
		this.close(now, usual);
		this.notBefore = Math.min(this.notBefore, latest);
	}

	/**
	 * KrosAI takes no request for so long. Where it took some just before, lines are not what is short,
	 * and the gate stays open for half as many.
	 */
	paused(now: number, { round }: Attempt, ms: number): void {
		if (round === this.round) {
			// Never a fraction: each accepted call has doubled it, up to an even number.
			const allowance = this.opened > 0 ? this.allowance / 2 : 1;
			this.close(now, 0);
			this.allowance = allowance;
		}
		this.notBefore = Math.max(this.notBefore, now + ms);
	}

	/** Since when no call was accepted. */
	get silentSince(): number {
		return this.lastAcceptedAt;
	}

	private close(now: number, usual: number): void {
		const silence = (now - this.lastAcceptedAt) * SHARE_OF_SILENCE;
		const jitter = 0.9 + 0.2 * this.random();
		this.round += 1;
		this.open = [];
		this.opened = 0;
		this.allowance = 1;
		this.notBefore = now + Math.max(LEAST_WAIT_MS, usual, silence) * jitter;
	}

	/** The gate was open, and is found closed again: so many lines were free in that time. */
	private learn(now: number): void {
		// As many calls go on at once, unless some were short enough to end meanwhile.
		const atOnce = this.opened * LEAST_SHARE;
		if (this.closedAt === undefined) {
			this.share = atOnce;
		} else {
			this.sums.calls = this.sums.calls * MEMORY + this.acceptedSince;
			this.sums.ms = this.sums.ms * MEMORY + now - this.closedAt;
			// One alone: there may be fewer lines than it seems, and waiting so long leaves them idle.
			this.share = this.opened > 1 ? Math.max(this.share * 1.1, atOnce) : this.share * 0.97;
		}
		this.share = Math.min(MOST_SHARE, Math.max(LEAST_SHARE, this.share));
		this.closedAt = now;
		this.acceptedSince = 0;
	}
}
