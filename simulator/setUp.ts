import { type Simulator, type SimulatorOptions, startSimulator } from './index';
import { Receiver } from './receiver';

/** What each test of a file begins with. See `useSimulator` and `useReceiver`. */
export let simulator: Simulator;
export let receiver: Receiver;

/** Each test of the file has a simulator of its own, with these options. */
export function useSimulator(options?: SimulatorOptions): void {
	beforeEach(async () => {
		simulator = await startSimulator(options);
	});
	afterEach(async () => await simulator.close());
}

/** And a receiver of its own: what the one before was sent may still be on its way. */
export function useReceiver(): void {
	beforeEach(async () => {
		receiver = new Receiver();
		await receiver.open();
	});
	afterEach(async () => await receiver.close());
}
