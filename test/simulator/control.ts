import { isObject, json, type Reply } from './http';
import type { RecordedRequest } from './requests';
import type { Outcome, Timing } from './call';
import type { Fault } from './faults';
import type { Simulator } from './simulator';

type Action = (simulator: Simulator, body: Record<string, unknown>) => void;

const ACTIONS: Record<string, Action> = {
	script: (simulator, { toNumber, outcome, timing }) => {
		if (typeof toNumber !== 'string') throw new Error('toNumber must be a string');
		simulator.script(toNumber, outcome as Outcome, timing as Timing | undefined);
	},
	fault: (simulator, body) => simulator.fault(body as unknown as Fault),
	reset: (simulator) => simulator.reset(),
	// JSON has no Infinity: null switches the limit off.
	settings: (simulator, { startsPerSecond, ...others }) =>
		simulator.set({
			...others,
			startsPerSecond: startsPerSecond === null ? Infinity : (startsPerSecond as number),
		}),
};

/**
 * `/_simulator/…`, for other processes and for persons: GET `state` shows calls and requests; POST
 * `script`, `fault`, `reset`, `settings` take a JSON body in the words of the Simulator's methods.
 */
export function control(
	simulator: Simulator,
	{ method, path, body }: Pick<RecordedRequest, 'method' | 'path' | 'body'>,
): Reply {
	const name = path.slice('/_simulator/'.length);
	const { calls, requests } = simulator;
	if (method === 'GET' && name === 'state') return json(200, { calls, requests });
	const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
	if (method !== 'POST' || !action) {
		const known = ['GET state', ...Object.keys(ACTIONS).map((key) => `POST ${key}`)];
		return json(404, { error: `Nothing there. Known: ${known.join(', ')}` });
	}
	try {
		action(simulator, isObject(body) ? body : {});
		return json(200, { ok: true });
	} catch (error) {
		return json(400, { error: (error as Error).message });
	}
}
