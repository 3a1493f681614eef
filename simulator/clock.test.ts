import { Clock } from './clock';

// Time passes by hand here: a busy machine may lose any number of milliseconds between two lines.
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('goes on from where it is when its speed changes', () => {
	const clock = new Clock(1000);
	jest.advanceTimersByTime(20);
	expect(clock.now()).toBeCloseTo(20);

	clock.setSpeed(1);
	expect(clock.now()).toBeCloseTo(20);
	jest.advanceTimersByTime(5000);
	expect(clock.now()).toBeCloseTo(25);
});

it('keeps appointments at the new speed', () => {
	const clock = new Clock(1);
	const met = jest.fn();
	clock.at(60, met);
	jest.advanceTimersByTime(20_000);
	clock.setSpeed(2000);
	jest.advanceTimersByTime(19);
	expect(met).not.toHaveBeenCalled();

	jest.advanceTimersByTime(1);
	expect(met).toHaveBeenCalledTimes(1);
	jest.advanceTimersByTime(60_000);
	expect(met).toHaveBeenCalledTimes(1);
});

it('does not keep an appointment of next month now', () => {
	const clock = new Clock(0.001);
	const met = jest.fn();
	clock.at(7200, met);
	jest.advanceTimersByTime(60_000);
	clock.cancelAll();

	expect(met).not.toHaveBeenCalled();
});
