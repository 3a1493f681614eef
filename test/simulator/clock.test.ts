import { setTimeout as sleep } from 'node:timers/promises';
import { CallClock } from './clock';

it('goes on from where it is when its speed changes', async () => {
	const clock = new CallClock(1000);
	await sleep(20);
	const before = clock.now();
	clock.setSpeed(1);
	const after = clock.now();

	expect(before).toBeGreaterThan(15);
	expect(after).toBeGreaterThanOrEqual(before);
	expect(after).toBeLessThan(before + 5);
});

it('keeps appointments at the new speed', async () => {
	const clock = new CallClock(1);
	const met = jest.fn();
	clock.at(60, met);
	clock.setSpeed(2000);
	await sleep(60);

	expect(met).toHaveBeenCalledTimes(1);
});
