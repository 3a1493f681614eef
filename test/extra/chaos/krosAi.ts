import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Fault, RecordedRequest, SimulatedCall, SimulatorOptions } from '../../../simulator';

/** What a simulator is told and asked over HTTP. */
export interface KrosAi {
	baseUrl: string;
	fault(fault: Fault): Promise<void>;
	addCall(call: object): Promise<void>;
	state(): Promise<{ calls: SimulatedCall[]; requests: RecordedRequest[] }>;
}

export interface KrosAiProcess {
	/** Starts another organization. */
	start(options: SimulatorOptions): Promise<KrosAi>;
	close(): void;
}

/** KrosAI in another process: the wall clock of this one may jump, and its clock doesn't. */
export function forkKrosAi(): KrosAiProcess {
	const child = fork(join(__dirname, 'simulatorProcess.ts'), {
		execArgv: ['--import', 'tsx'],
		// JSON has no Infinity.
		serialization: 'advanced',
	});
	let last: Promise<unknown> = Promise.resolve();
	const start = async (options: SimulatorOptions): Promise<KrosAi> => {
		child.send(options);
		const [origin] = (await once(child, 'message')) as [string];
		const tell = async (name: string, body: object) => {
			const request = { method: 'POST', body: JSON.stringify(body) };
			const response = await fetch(`${origin}/_simulator/${name}`, request);
			if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
		};
		return {
			baseUrl: `${origin}/v1`,
			fault: async (fault) => await tell('fault', fault),
			addCall: async (call) => await tell('addCall', call),
			state: async () => await (await fetch(`${origin}/_simulator/state`)).json(),
		};
	};
	return {
		start: async (options) => {
			// One question at a time.
			const origin = last.then(async () => await start(options));
			last = origin.catch(() => {});
			return await origin;
		},
		close: () => child.disconnect(),
	};
}
