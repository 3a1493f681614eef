import { Pace } from '../../../../nodes/KrosAi/dialing/pace';

/** The times of so many starts, each as early as it may be, or later by what `late` says. */
function starts(perSecond: number, count: number, late: () => number = () => 0): number[] {
	const pace = new Pace(perSecond);
	let now = 0;
	return Array.from({ length: count }, () => {
		now = Math.max(now, pace.nextAt()) + late();
		pace.started(now);
		return now;
	});
}

it('starts the first at once', () => {
	expect(new Pace(10).nextAt()).toBe(-Infinity);
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
function gaps(pace: Pace, count: number): number[] {
	const times: number[] = [];
	for (let now = 0; times.length < count; times.push(now)) {
		now = Math.max(now, pace.nextAt());
		pace.started(now);
	}
	return times.slice(1).map((time, index) => time - times[index]!);
}

it.each([1, 10])('has %d of them evenly, not in one burst', (perSecond) => {
	expect(Math.min(...gaps(new Pace(perSecond), perSecond + 1))).toBeGreaterThan(800 / perSecond);
});

it('has more than KrosAI usually takes at once, because who may do so has the lines for it', () => {
	expect(Math.max(...gaps(new Pace(50), 50))).toBe(0.5);
});

it('comes evenly once no line was free', () => {
	const pace = new Pace(50);
	pace.spread();
	expect(Math.min(...gaps(pace, 50))).toBeGreaterThan(16);
});

it('comes more evenly each time that KrosAI asks it to wait, until it is quite even', () => {
	const pace = new Pace(50);
	const evenMs = 18;
	const found = [1, 2, 3, 4].map(() => {
		pace.spreadSome();
		return Math.min(...gaps(pace, 40));
	});
	expect(found).toEqual(
		[0.5 + evenMs / 3, 0.5 + (evenMs * 2) / 3, evenMs, evenMs].map((ms) => expect.closeTo(ms)),
	);
});

it('counts a request of a burst that was long on its way from when it can have arrived', () => {
	const pace = new Pace(20);
	const starts = Array.from({ length: 20 }, (_, at) => ({ number: pace.started(at), at }));
	// An answer takes 100 ms: the first request needed 300 more to get there, or back.
	pace.accepted(101, starts[1]!);
	pace.accepted(400, starts[0]!);
	expect(pace.nextAt()).toBeGreaterThanOrEqual(300 + 1000);
	expect(pace.nextAt()).toBeLessThan(300 + 1050);
});

it('keeps to the time of a start that was late by no more than its margin', () => {
	const pace = new Pace(20);
	const starts = Array.from({ length: 20 }, (_, at) => ({ number: pace.started(at), at }));
	pace.accepted(101, starts[1]!);
	pace.accepted(110, starts[0]!);
	expect(pace.nextAt()).toBeCloseTo(1015);
});

it('forgets an answer that comes after its second', () => {
	const pace = new Pace(20);
	const [late] = Array.from({ length: 20 }, (_, at) => ({ number: pace.started(at), at }));
	for (let at = 1020; at < 1040; at++) pace.started(at);
	const nextAt = pace.nextAt();
	pace.accepted(5000, late!);
	expect(pace.nextAt()).toBe(nextAt);
});

it('makes up for timers that go off late', () => {
	const times = starts(50, 200, () => 1);
	expect(times.at(-1)!).toBeLessThan(4000 * 1.04);
});

it('does not make up for a time in which nothing was to be started', () => {
	const pace = new Pace(10);
	pace.started(0);
	pace.started(60_000);
	expect(pace.nextAt()).toBeGreaterThan(60_000);
});
