import { isObject, json, type Reply } from './http';
import type { RecordedRequest } from './requests';
import type { MadeUpEvent } from './announce';
import type { Outcome, Scripted, Timing } from './call';
import type { Fault } from './faults';
import type { OtherCall } from './outboundCalls';
import type { Simulator } from './simulator';

type Action = (simulator: Simulator, body: Record<string, unknown>) => unknown;

const ACTIONS: Record<string, Action> = {
	script: (simulator, { toNumber, outcome, timing }) => {
		if (typeof toNumber !== 'string') throw new Error('toNumber must be a string');
		simulator.script(toNumber, outcome as Scripted, timing as Timing | undefined);
	},
	fault: (simulator, body) => simulator.fault(body as unknown as Fault),
	addCall: (simulator, body) => simulator.addCall(body as unknown as OtherCall),
	deliver: async (simulator, body) => await simulator.deliver(body as unknown as MadeUpEvent),
	redeliver: async (simulator, { index }) => await simulator.redeliver(Number(index)),
	decide: (simulator, { callId, outcome }) => simulator.decide(String(callId), outcome as Outcome),
	hangUp: (simulator, { callId }) => simulator.hangUp(String(callId)),
	reset: (simulator, { keepSubscriptions }) =>
		simulator.reset({ keepSubscriptions: keepSubscriptions === true }),
	settings: (simulator, body) => simulator.set(withInfinity(body)),
};

const LIMITS = ['startsPerSecond', 'requestsPerMinute', 'webhookLimit'];

/** JSON has no Infinity: null switches a limit off. */
function withInfinity(body: Record<string, unknown>): Record<string, unknown> {
	const entries = Object.entries(body);
	return Object.fromEntries(
		entries.map(([name, value]) => [
			name,
			value === null && LIMITS.includes(name) ? Infinity : value,
		]),
	);
}

/**
 * `/_simulator/…`, for other processes and for persons: GET `state` shows calls, requests,
 * subscriptions and deliveries; POST `script`, `fault`, `addCall`, `deliver`, `redeliver`, `decide`,
 * `hangUp`, `reset`, `settings` take a JSON body in the words of the Simulator's methods.
 */
export async function control(
	simulator: Simulator,
	{ method, path, body }: Pick<RecordedRequest, 'method' | 'path' | 'body'>,
): Promise<Reply> {
	const name = path.slice('/_simulator/'.length);
	const { calls, requests, storageRequests, webhooks, deliveries } = simulator;
	if (method === 'GET' && name === 'state') {
		return json(200, { calls, requests, storageRequests, webhooks, deliveries });
	}
	const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
	if (method !== 'POST' || !action) {
		const known = ['GET state', ...Object.keys(ACTIONS).map((key) => `POST ${key}`)];
		return json(404, { error: `Nothing there. Known: ${known.join(', ')}` });
	}
	try {
		await action(simulator, isObject(body) ? body : {});
		return json(200, { ok: true });
	} catch (error) {
		return json(400, { error: (error as Error).message });
	}
}
