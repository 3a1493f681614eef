import { startSimulator, type Simulator } from '../../simulator';
import { openEngine, type Engine, type EngineOptions } from './engine';

/** An engine and a simulator for a test file; the simulator forgets everything between tests. */
export function useEngine(options: EngineOptions = {}): {
	engine: () => Engine;
	simulator: () => Simulator;
	credential: () => { apiKey: string; baseUrl: string };
} {
	let engine: Engine;
	let simulator: Simulator;
	beforeAll(async () => {
		engine = await openEngine(options);
		simulator = await startSimulator({ startsPerSecond: Infinity });
	}, 60_000);
	beforeEach(() => simulator.reset());
	afterAll(async () => {
		await simulator.close();
		engine.close();
	});
	return {
		engine: () => engine,
		simulator: () => simulator,
		credential: () => ({ apiKey: 'kros_test_simulator', baseUrl: simulator.baseUrl }),
	};
}

/** Contacts with numbers of example ranges. */
export function contacts(count: number): Array<{ name: string; phone: string }> {
	return Array.from({ length: count }, (_, index) => ({
		name: `Contact ${index + 1}`,
		phone: `+141555501${String(index).padStart(2, '0')}`,
	}));
}
