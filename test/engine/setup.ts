import { startSimulator, type Api, type Simulator } from '../../simulator';
import { type Credential, credentialFor } from '../support/n8n';
import { openEngine, type Engine, type EngineOptions } from './engine';

/**
 * An engine and a simulator for a test file, or for a `describe` of it; the simulator forgets everything
 * between tests.
 */
export function useEngine({ api = 'v1', ...options }: EngineOptions & { api?: Api } = {}): {
	engine: () => Engine;
	simulator: () => Simulator;
	credential: () => Credential;
} {
	let engine: Engine;
	let simulator: Simulator;
	beforeAll(async () => {
		engine = await openEngine(options);
		simulator = await startSimulator({ api, startsPerSecond: Infinity });
	}, 60_000);
	beforeEach(() => simulator.reset());
	afterAll(async () => {
		await simulator.close();
		engine.close();
	});
	return {
		engine: () => engine,
		simulator: () => simulator,
		credential: () => credentialFor(simulator),
	};
}

/** Contacts with numbers of example ranges. */
export function contacts(count: number): Array<{ name: string; phone: string }> {
	return Array.from({ length: count }, (_, index) => ({
		name: `Contact ${index + 1}`,
		phone: `+141555501${String(index).padStart(2, '0')}`,
	}));
}
