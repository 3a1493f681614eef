import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from './clock';

it('goes on from where it is when its speed changes', async () => {
	const clock = new Clock(1000);
	await sleep(20);
	const before = clock.now();
	clock.setSpeed(1);
	const after = clock.now();

	expect(before).toBeGreaterThan(15);
	expect(after).toBeGreaterThanOrEqual(before);
	expect(after).toBeLessThan(before + 5);
});

it('keeps appointments at the new speed', async () => {
	const clock = new Clock(1);
	const met = jest.fn();
	clock.at(60, met);
	clock.setSpeed(2000);
	await sleep(60);

	expect(met).toHaveBeenCalledTimes(1);
});

it('does not keep an appointment of next month now', async () => {
	const clock = new Clock(0.001);
	const met = jest.fn();
	clock.at(7200, met);
	await sleep(20);
	clock.cancelAll();

	expect(met).not.toHaveBeenCalled();
});
