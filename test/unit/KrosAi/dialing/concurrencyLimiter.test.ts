import {
	ConcurrencyLimiter,
	type Attempt,
} from '../../../../nodes/KrosAi/dialing/concurrencyLimiter';

/** What ConcurrencyLimiter decides, request by request; concurrencyLimiter.campaign.test.ts shows what comes of it. Times in ms. */
const NO_CHANCE = () => 0.5;
const open = (now = 0) => new ConcurrencyLimiter(now, NO_CHANCE);

/** Starts so many requests at once, and none of them has an answer yet. */
const start = (lines: ConcurrencyLimiter, now: number, count: number): Attempt[] =>
	Array.from({ length: count }, () => lines.started(now));

/** A request and its answer, in the same moment. */
function ask(lines: ConcurrencyLimiter, now: number, answer: 'accepted' | 'refused'): void {
	const attempt = lines.started(now);
	lines.ended(attempt);
	if (answer === 'accepted') lines.accepted(now, attempt);
	else lines.refused(now, attempt, Infinity);
}

/** How many requests may be in flight together at this time. */
function allowed(lines: ConcurrencyLimiter, now: number): number {
	const attempts: Attempt[] = [];
	while (lines.nextAt(attempts.length) <= now) attempts.push(lines.started(now));
	for (const attempt of attempts) lines.ended(attempt);
	return attempts.length;
}

describe('the open gate', () => {
	it('lets a hundred requests through at once, and no more before one is answered', () => {
		const lines = open();
		expect(lines.nextAt(0)).toBe(-Infinity);
		expect(allowed(lines, 0)).toBe(100);
		expect(lines.nextAt(99)).toBe(-Infinity);
		expect(lines.nextAt(100)).toBe(Infinity);
	});
});

describe('a refusal', () => {
	it('closes the gate to all but one request', () => {
		const lines = open();
		ask(lines, 0, 'refused');
		expect(lines.nextAt(0)).toBe(50);
		expect(allowed(lines, 50)).toBe(1);
	});

	it.each([
		[300, 50],
		[600, 100],
		[60_000, 10_000],
	])(
		'after %d ms without an accepted call has the next wait a sixth of it: %d',
		(silence, wait) => {
			const lines = open();
			ask(lines, 1_000, 'accepted');
			ask(lines, 1_000 + silence, 'refused');
			expect(lines.nextAt(0)).toBe(1_000 + silence + wait);
			expect(lines.silentSince).toBe(1_000);
		},
	);

	it.each([
		[0, 540],
		[0.999_999, 660],
	])(
		'has executions that are refused together ask at different times (chance %d)',
		(chance, at) => {
			const lines = new ConcurrencyLimiter(0, () => chance);
			ask(lines, 3_600, 'refused');
			expect(lines.nextAt(0) - 3_600).toBeCloseTo(at, 1);
		},
	);

	it('never has one wait beyond the time that is the latest', () => {
		const lines = open();
		lines.refused(60_000, lines.started(60_000), 61_000);
		expect(lines.nextAt(0)).toBe(61_000);
	});

	it('counts once for all requests that were under way with it', () => {
		const lines = open();
		const [first, second, third] = start(lines, 0, 3) as [Attempt, Attempt, Attempt];
		lines.refused(600, first, Infinity);
		lines.refused(6_000, second, Infinity);
		expect(lines.nextAt(0)).toBe(700);
		// A call of the time before opens no gate, but shows that KrosAI took one.
		lines.accepted(6_500, third);
		expect(lines.nextAt(0)).toBe(700);
		expect(lines.silentSince).toBe(6_500);
		expect(allowed(lines, 700)).toBe(1);
	});

	it('lets nobody wait for a request that hangs longer than five seconds', () => {
		const lines = open();
		ask(lines, 0, 'refused');
		const attempt = lines.started(50);
		expect(lines.nextAt(1)).toBe(5_050);
		lines.started(5_050);
		expect(lines.nextAt(2)).toBe(10_050);
		lines.ended(attempt);
		expect(lines.nextAt(1)).toBe(10_050);
	});
});

describe('an accepted call', () => {
	it('opens the gate, twice as far each time', () => {
		const lines = open();
		ask(lines, 60_000, 'refused');
		const seen = Array.from({ length: 8 }, () => {
			ask(lines, 60_100, 'accepted');
			expect(lines.nextAt(0)).toBe(-Infinity);
			return allowed(lines, 60_100);
		});
		expect(seen).toEqual([2, 4, 8, 16, 32, 64, 100, 100]);
	});

	it('keeps the next ones waiting for those under way', () => {
		const lines = open();
		ask(lines, 0, 'refused');
		ask(lines, 100, 'accepted');
		const first = lines.started(200);
		lines.started(300);
		expect(lines.nextAt(2)).toBe(5_200);
		lines.ended(first);
		expect(lines.nextAt(1)).toBe(-Infinity);
		// What has ended has ended, though it is said twice.
		lines.ended(first);
		lines.started(400);
		expect(lines.nextAt(2)).toBe(5_300);
	});
});

describe('how many requests more may be in flight', () => {
	it('is counted from those that are', () => {
		const lines = open();
		expect(lines.free).toBe(100);
		const [attempt] = start(lines, 0, 99);
		expect(lines.free).toBe(1);
		lines.ended(attempt!);
		expect(lines.free).toBe(2);
	});

	it('is one where none may: it waits for a line', () => {
		const lines = open();
		start(lines, 0, 101);
		expect(lines.free).toBe(1);
	});

	it('follows the gate', () => {
		const lines = open();
		ask(lines, 0, 'refused');
		expect(lines.free).toBe(1);
		ask(lines, 100, 'accepted');
		ask(lines, 200, 'accepted');
		expect(lines.free).toBe(4);
	});
});

describe('a pause of KrosAI', () => {
	it('is kept, the longest of them', () => {
		const lines = open();
		const [first, second] = start(lines, 0, 2) as [Attempt, Attempt];
		lines.paused(1_000, first, 30_000);
		expect(lines.nextAt(0)).toBe(31_000);
		lines.paused(2_000, second, 10_000);
		expect(lines.nextAt(0)).toBe(31_000);
		lines.paused(3_000, second, 30_000);
		expect(lines.nextAt(0)).toBe(33_000);
		expect(allowed(lines, 33_000)).toBe(1);
	});

	it('halves the gate where KrosAI took calls just before', () => {
		const lines = open();
		const seen = [1_000, 2_000, 3_000].map((now) => {
			const attempt = lines.started(now);
			lines.accepted(now, attempt);
			lines.ended(attempt);
			const before = allowed(lines, now);
			lines.paused(now, lines.started(now), 500);
			return [before, allowed(lines, now + 500)];
		});
		expect(seen).toEqual([
			[100, 50],
			[100, 50],
			[100, 50],
		]);
	});

	it('leaves one where there were two', () => {
		const lines = open();
		ask(lines, 0, 'refused');
		ask(lines, 100, 'accepted');
		lines.paused(100, lines.started(100), 500);
		expect(allowed(lines, 600)).toBe(1);
		ask(lines, 600, 'accepted');
		expect(allowed(lines, 600)).toBe(2);
	});

	it('is no sign of how long a line is taken', () => {
		const lines = open();
		ask(lines, 0, 'accepted');
		lines.paused(0, lines.started(0), 10);
		expect(lines.nextAt(0)).toBe(50);
	});
});

describe('the time that a line takes to free', () => {
	/** So many calls are accepted at this time, then one is refused; how long one waits after it. */
	function fill(lines: ConcurrencyLimiter, now: number, count: number): number {
		for (let call = 0; call < count; call++) ask(lines, now, 'accepted');
		ask(lines, now, 'refused');
		return lines.nextAt(0) - now;
	}

	it('is not known at first', () => {
		expect(fill(open(), 1_000, 1)).toBe(50);
	});

	it('with one line is waited for by eighths', () => {
		const lines = open();
		fill(lines, 1_000, 1);
		expect(fill(lines, 81_000, 1)).toBeCloseTo(10_000);
		expect(fill(lines, 161_000, 1)).toBeCloseTo(10_000);
	});

	it('counts from the first refusal, also where no call was accepted before it', () => {
		const lines = open();
		ask(lines, 1_000, 'refused');
		expect(fill(lines, 81_000, 1)).toBeCloseTo(10_000);
	});

	it('is not made longer by refusals in between', () => {
		const lines = open();
		fill(lines, 1_000, 1);
		ask(lines, 21_000, 'refused');
		ask(lines, 61_000, 'refused');
		expect(fill(lines, 81_000, 1)).toBeCloseTo(10_000);
	});

	it('is that between two lines where several free one after the other', () => {
		const lines = open();
		fill(lines, 1_000, 2);
		// Two in 80 s, and two at once: a quarter of 40 s.
		expect(fill(lines, 81_000, 2)).toBeCloseTo(0.275 * 40_000, -1);
	});

	it('with many lines is waited for by halves at most', () => {
		const lines = open();
		fill(lines, 1_000, 50);
		expect(fill(lines, 81_000, 50)).toBeCloseTo(800);
	});

	it('by and by leaves lines idle for less, where only one frees at a time', () => {
		const lines = open();
		fill(lines, 0, 4);
		const waits = Array.from({ length: 60 }, (_, round) => fill(lines, (round + 1) * 80_000, 1));
		expect(waits[0]).toBeCloseTo(0.97 * 40_000);
		expect(waits[1]).toBeCloseTo(0.97 ** 2 * 40_000);
		expect(waits.at(-1)).toBeCloseTo(10_000);
	});

	it('follows calls that grow shorter or longer', () => {
		const lines = open();
		fill(lines, 0, 1);
		fill(lines, 80_000, 1);
		const once = fill(lines, 88_000, 1);
		// Of 80 s and 8 s, the later one counts a tenth more.
		expect(once).toBeCloseTo(((0.9 * 80_000 + 8_000) / 1.9) * 0.125);
		let now = 88_000;
		const waits = Array.from({ length: 50 }, () => fill(lines, (now += 8_000), 1));
		expect(waits.at(-1)).toBeLessThan(1_100);
	});

	it('counts calls too that were accepted after the refusal, of requests before it', () => {
		const lines = open();
		fill(lines, 0, 1);
		const [late] = start(lines, 100, 1) as [Attempt];
		lines.refused(100, lines.started(100), Infinity);
		lines.accepted(100, late);
		// Two calls in 80 s, though only one opened the gate.
		expect(fill(lines, 80_000, 1)).toBeCloseTo(5_000);
	});
});
