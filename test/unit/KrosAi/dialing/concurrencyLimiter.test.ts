import {
	ConcurrencyLimiter,
	type Attempt,
} from '../../../../nodes/KrosAi/dialing/concurrencyLimiter';

/** What ConcurrencyLimiter decides, request by request; concurrencyLimiter.campaign.test.ts shows what comes of it. Times in ms. */
const NO_CHANCE = () => 0.5;
const open = (now = 0) => new ConcurrencyLimiter(now, NO_CHANCE);

/** Starts so many requests at once, and none of them has an answer yet. */
const start = (limiter: ConcurrencyLimiter, now: number, count: number): Attempt[] =>
	Array.from({ length: count }, () => limiter.started(now));

/** A request and its answer, in the same moment. */
function ask(limiter: ConcurrencyLimiter, now: number, answer: 'accepted' | 'refused'): void {
	const attempt = limiter.started(now);
	limiter.ended(attempt);
	if (answer === 'accepted') limiter.accepted(now, attempt);
	else limiter.refused(now, attempt, Infinity);
}

/** How many requests may be in flight together at this time. */
function allowed(limiter: ConcurrencyLimiter, now: number): number {
	const attempts: Attempt[] = [];
	while (limiter.nextAt(attempts.length) <= now) attempts.push(limiter.started(now));
	for (const attempt of attempts) limiter.ended(attempt);
	return attempts.length;
}

describe('the open gate', () => {
	it('lets a hundred requests through at once, and no more before one is answered', () => {
		const limiter = open();
		expect(limiter.nextAt(0)).toBe(-Infinity);
		expect(allowed(limiter, 0)).toBe(100);
		expect(limiter.nextAt(99)).toBe(-Infinity);
		expect(limiter.nextAt(100)).toBe(Infinity);
	});
});

describe('a refusal', () => {
	it('closes the gate to all but one request', () => {
		const limiter = open();
		ask(limiter, 0, 'refused');
		expect(limiter.nextAt(0)).toBe(50);
		expect(allowed(limiter, 50)).toBe(1);
	});

	it.each([
		[300, 50],
		[600, 100],
		[60_000, 10_000],
	])(
		'after %d ms without an accepted call has the next wait a sixth of it: %d',
		(silence, wait) => {
			const limiter = open();
			ask(limiter, 1_000, 'accepted');
			ask(limiter, 1_000 + silence, 'refused');
			expect(limiter.nextAt(0)).toBe(1_000 + silence + wait);
			expect(limiter.silentSince).toBe(1_000);
		},
	);

	it.each([
		[0, 540],
		[0.999_999, 660],
	])(
		'has executions that are refused together ask at different times (chance %d)',
		(chance, at) => {
			const limiter = new ConcurrencyLimiter(0, () => chance);
			ask(limiter, 3_600, 'refused');
			expect(limiter.nextAt(0) - 3_600).toBeCloseTo(at, 1);
		},
	);

	it('never has one wait beyond the time that is the latest', () => {
		const limiter = open();
		limiter.refused(60_000, limiter.started(60_000), 61_000);
		expect(limiter.nextAt(0)).toBe(61_000);
	});

	it('counts once for all requests that were under way with it', () => {
		const limiter = open();
		const [first, second, third] = start(limiter, 0, 3) as [Attempt, Attempt, Attempt];
		limiter.refused(600, first, Infinity);
		limiter.refused(6_000, second, Infinity);
		expect(limiter.nextAt(0)).toBe(700);
		// A call of the time before opens no gate, but shows that KrosAI took one.
		limiter.accepted(6_500, third);
		expect(limiter.nextAt(0)).toBe(700);
		expect(limiter.silentSince).toBe(6_500);
		expect(allowed(limiter, 700)).toBe(1);
	});

	it('lets no request wait for one that hangs longer than five seconds', () => {
		const limiter = open();
		ask(limiter, 0, 'refused');
		const attempt = limiter.started(50);
		expect(limiter.nextAt(1)).toBe(5_050);
		limiter.started(5_050);
		expect(limiter.nextAt(2)).toBe(10_050);
		limiter.ended(attempt);
		expect(limiter.nextAt(1)).toBe(10_050);
	});
});

describe('an accepted call', () => {
	it('opens the gate, twice as far each time', () => {
		const limiter = open();
		ask(limiter, 60_000, 'refused');
		const seen = Array.from({ length: 8 }, () => {
			ask(limiter, 60_100, 'accepted');
			expect(limiter.nextAt(0)).toBe(-Infinity);
			return allowed(limiter, 60_100);
		});
		expect(seen).toEqual([2, 4, 8, 16, 32, 64, 100, 100]);
	});

	it('keeps the next ones waiting for those under way', () => {
		const limiter = open();
		ask(limiter, 0, 'refused');
		ask(limiter, 100, 'accepted');
		const first = limiter.started(200);
		limiter.started(300);
		expect(limiter.nextAt(2)).toBe(5_200);
		limiter.ended(first);
		expect(limiter.nextAt(1)).toBe(-Infinity);
		// What has ended has ended, though it is said twice.
		limiter.ended(first);
		limiter.started(400);
		expect(limiter.nextAt(2)).toBe(5_300);
	});
});

describe('how many requests more may be in flight', () => {
	it('is counted from those that are', () => {
		const limiter = open();
		expect(limiter.free).toBe(100);
		const [attempt] = start(limiter, 0, 99);
		expect(limiter.free).toBe(1);
		limiter.ended(attempt!);
		expect(limiter.free).toBe(2);
	});

	it('is one where none may: it waits for a line', () => {
		const limiter = open();
		start(limiter, 0, 101);
		expect(limiter.free).toBe(1);
	});

	it('follows the gate', () => {
		const limiter = open();
		ask(limiter, 0, 'refused');
		expect(limiter.free).toBe(1);
		ask(limiter, 100, 'accepted');
		ask(limiter, 200, 'accepted');
		expect(limiter.free).toBe(4);
	});
});

describe('a pause of KrosAI', () => {
	it('is kept, the longest of them', () => {
		const limiter = open();
		const [first, second] = start(limiter, 0, 2) as [Attempt, Attempt];
		limiter.paused(1_000, first, 30_000);
		expect(limiter.nextAt(0)).toBe(31_000);
		limiter.paused(2_000, second, 10_000);
		expect(limiter.nextAt(0)).toBe(31_000);
		limiter.paused(3_000, second, 30_000);
		expect(limiter.nextAt(0)).toBe(33_000);
		expect(allowed(limiter, 33_000)).toBe(1);
	});

	it('halves the gate where KrosAI took calls just before', () => {
		const limiter = open();
		const seen = [1_000, 2_000, 3_000].map((now) => {
			const attempt = limiter.started(now);
			limiter.accepted(now, attempt);
			limiter.ended(attempt);
			const before = allowed(limiter, now);
			limiter.paused(now, limiter.started(now), 500);
			return [before, allowed(limiter, now + 500)];
		});
		expect(seen).toEqual([
			[100, 50],
			[100, 50],
			[100, 50],
		]);
	});

	it('leaves one where there were two', () => {
		const limiter = open();
		ask(limiter, 0, 'refused');
		ask(limiter, 100, 'accepted');
		limiter.paused(100, limiter.started(100), 500);
		expect(allowed(limiter, 600)).toBe(1);
		ask(limiter, 600, 'accepted');
		expect(allowed(limiter, 600)).toBe(2);
	});

	it('is no sign of how long a line is taken', () => {
		const limiter = open();
		ask(limiter, 0, 'accepted');
		limiter.paused(0, limiter.started(0), 10);
		expect(limiter.nextAt(0)).toBe(50);
	});
});

describe('the time that a line takes to free', () => {
	/** So many calls are accepted at this time, then one is refused; how long one waits after it. */
	function fill(limiter: ConcurrencyLimiter, now: number, count: number): number {
		for (let call = 0; call < count; call++) ask(limiter, now, 'accepted');
		ask(limiter, now, 'refused');
		return limiter.nextAt(0) - now;
	}

	it('is not known at first', () => {
		expect(fill(open(), 1_000, 1)).toBe(50);
	});

	it('with one line is waited for by eighths', () => {
		const limiter = open();
		fill(limiter, 1_000, 1);
		expect(fill(limiter, 81_000, 1)).toBeCloseTo(10_000);
		expect(fill(limiter, 161_000, 1)).toBeCloseTo(10_000);
	});

	it('counts from the first refusal, also where no call was accepted before it', () => {
		const limiter = open();
		ask(limiter, 1_000, 'refused');
		expect(fill(limiter, 81_000, 1)).toBeCloseTo(10_000);
	});

	it('is not made longer by refusals in between', () => {
		const limiter = open();
		fill(limiter, 1_000, 1);
		ask(limiter, 21_000, 'refused');
		ask(limiter, 61_000, 'refused');
		expect(fill(limiter, 81_000, 1)).toBeCloseTo(10_000);
	});

	it('is that between two lines where several free one after the other', () => {
		const limiter = open();
		fill(limiter, 1_000, 2);
		// Two in 80 s, and two at once: a quarter of 40 s.
		expect(fill(limiter, 81_000, 2)).toBeCloseTo(0.275 * 40_000, -1);
	});

	it('with many lines is waited for by halves at most', () => {
		const limiter = open();
		fill(limiter, 1_000, 50);
		expect(fill(limiter, 81_000, 50)).toBeCloseTo(800);
	});

	it('by and by leaves lines idle for less, where only one frees at a time', () => {
		const limiter = open();
		fill(limiter, 0, 4);
		const waits = Array.from({ length: 60 }, (_, round) => fill(limiter, (round + 1) * 80_000, 1));
		expect(waits[0]).toBeCloseTo(0.97 * 40_000);
		expect(waits[1]).toBeCloseTo(0.97 ** 2 * 40_000);
		expect(waits.at(-1)).toBeCloseTo(10_000);
	});

	it('follows calls that grow shorter or longer', () => {
		const limiter = open();
		fill(limiter, 0, 1);
		fill(limiter, 80_000, 1);
		const once = fill(limiter, 88_000, 1);
		// Of 80 s and 8 s, the later one counts a tenth more.
		expect(once).toBeCloseTo(((0.9 * 80_000 + 8_000) / 1.9) * 0.125);
		let now = 88_000;
		const waits = Array.from({ length: 50 }, () => fill(limiter, (now += 8_000), 1));
		expect(waits.at(-1)).toBeLessThan(1_100);
	});

	it('counts calls too that were accepted after the refusal, of requests before it', () => {
		const limiter = open();
		fill(limiter, 0, 1);
		const [late] = start(limiter, 100, 1) as [Attempt];
		limiter.refused(100, limiter.started(100), Infinity);
		limiter.accepted(100, late);
		// Two calls in 80 s, though only one opened the gate.
		expect(fill(limiter, 80_000, 1)).toBeCloseTo(5_000);
	});
});
