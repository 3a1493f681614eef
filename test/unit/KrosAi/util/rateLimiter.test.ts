import { RateLimiter } from '../../../../nodes/KrosAi/util/rateLimiter';

/** The times of so many starts, each as early as it may be, or later by what `late` says. */
function starts(perSecond: number, count: number, late: () => number = () => 0): number[] {
	const limiter = new RateLimiter(perSecond);
	let now = 0;
	return Array.from({ length: count }, () => {
		now = Math.max(now, limiter.nextAt()) + late();
		limiter.started(now);
		return now;
	});
}

it('starts the first at once', () => {
	expect(new RateLimiter(10).nextAt()).toBe(-Infinity);
});

it.each([1, 3, 10, 50])('never has more than %d in a second', (perSecond) => {
	const times = starts(perSecond, perSecond * 5);
	for (const [index, time] of times.slice(perSecond).entries()) {
		expect(time - times[index]!).toBeGreaterThan(1000);
	}
});

it.each([2.5, 0.5, 0.1])('takes rates that are not whole: %d', (perSecond) => {
	const times = starts(perSecond, 21);
	expect(times.at(-1)! / 20).toBeGreaterThanOrEqual(1000 / perSecond);
	expect(times.at(-1)! / 20).toBeLessThan((1000 / perSecond) * 1.04);
});

/** The times between starts that come as early as they may. */
function gaps(limiter: RateLimiter, count: number): number[] {
	const times: number[] = [];
	for (let now = 0; times.length < count; times.push(now)) {
		now = Math.max(now, limiter.nextAt());
		limiter.started(now);
	}
	return times.slice(1).map((time, index) => time - times[index]!);
}

it.each([1, 10, 50])('has %d of them evenly, not in one burst', (perSecond) => {
	expect(Math.min(...gaps(new RateLimiter(perSecond), perSecond + 1))).toBeGreaterThan(
		800 / perSecond,
	);
});

it('makes up for timers that go off late', () => {
	const times = starts(50, 200, () => 1);
	expect(times.at(-1)!).toBeLessThan(4000 * 1.04);
});

it('does not make up for a time in which nothing was to be started', () => {
	const limiter = new RateLimiter(10);
	limiter.started(0);
	limiter.started(60_000);
	expect(limiter.nextAt()).toBeGreaterThan(60_000);
});
