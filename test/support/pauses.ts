/**
 * Pauses of n8n's `sleep` that take no time: `performance.now()` is put forward instead, by which the
 * node measures how long something takes. A test hands it to the node with
 * `jest.mock('n8n-workflow', () => ({ ...jest.requireActual<object>('n8n-workflow'), sleep }))`.
 */
export class SkippedPauses {
	private ms = 0;
	private isUndone = true;
	private whileAsleep: (ms: number) => void = () => {};

	readonly sleep = async (ms: number): Promise<void> => {
		this.ms += ms;
		this.whileAsleep(this.ms);
		// What else there is to do is done meanwhile.
		await new Promise((resolve) => setTimeout(resolve));
	};

	/** How long was slept since `begin`, in ms. */
	get total(): number {
		return this.ms;
	}

	/**
	 * From nought; `jest.restoreAllMocks` gives the clock back.
	 *
	 * @param now the time without what was slept; one that stands still where seconds are counted
	 */
	begin(now = performance.now.bind(performance)): void {
		this.ms = 0;
		this.whileAsleep = () => {};
		jest.spyOn(performance, 'now').mockImplementation(() => now() + this.ms);
	}

	/** Does this once, when so many ms have been slept. */
	after(ms: number, act: () => void): void {
		this.isUndone = true;
		this.whileAsleep = (slept) => {
			if (slept < ms || !this.isUndone) return;
			this.isUndone = false;
			act();
		};
	}
}
