import type { Clock } from '../../nodes/KrosAi/dialing/dialer';

/** Time that passes as fast as its events can be run: hours of calls in a second. */
export class VirtualTime implements Clock {
	private ms = 0;
	/** A heap would be faster; so many events are never open at once. */
	private events: Array<{ at: number; run: () => void }> = [];

	now(): number {
		return this.ms;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.at(this.ms + ms, resolve));
	}

	at(time: number, run: () => void): void {
		const index = this.events.findIndex(({ at }) => at > time);
		this.events.splice(index < 0 ? this.events.length : index, 0, { at: time, run });
	}

	/** Lets time pass until this is done. */
	async until<T>(result: Promise<T>): Promise<T> {
		let isDone = false;
		const settled = () => {
			isDone = true;
		};
		result.then(settled, settled);
		for (;;) {
			// Everything that is to happen at this time happens before the next event.
			await new Promise((resolve) => setImmediate(resolve));
			if (isDone) return await result;
			const event = this.events.shift();
			if (!event) throw new Error('Nothing will ever happen again');
			this.ms = Math.max(this.ms, event.at);
			event.run();
		}
	}
}
