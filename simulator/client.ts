import { SUBSCRIBABLE_EVENTS } from './events';
import { ORGANIZATION_ID, type Simulator, type Subscription } from './index';

/** What came back, for these tests: the body as it is and, where it is JSON, parsed. */
interface Answer {
	status: number;
	headers: Headers;
	text: string;
	body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** The specification's own request (Spec, Request). */
export const CALL = {
	from_number: '+2348012345678',
	to_number: '+14155550110',
	endpoint_id: 'ep_abc123',
};

const KEY = 'kros_test_simulator';
const KEYS = { v1: { 'x-api-key': KEY }, bridge: { authorization: `Bearer ${KEY}` } };

/** Below the simulator's origin: a path such as `/calls?limit=1` of the API that it speaks. */
export function pathOf({ origin, baseUrl, api }: Simulator, path: string): string {
	const url = new URL(baseUrl + path);
	if (api === 'bridge') url.searchParams.set('organization_id', ORGANIZATION_ID);
	return url.href.slice(origin.length);
}

/** Sends any request to the simulator; follows no redirect. */
export async function send(
	simulator: Simulator,
	method: string,
	path: string,
	{
		headers = KEYS[simulator.api],
		body,
	}: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
	const response = await fetch(simulator.origin + path, {
		method,
		headers,
		body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
		redirect: 'manual',
	});
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

export async function get(simulator: Simulator, path: string): Promise<Answer> {
	return await send(simulator, 'GET', path);
}

/** Starts a call: the specification's request with these fields changed. */
export async function start(simulator: Simulator, fields: object = {}): Promise<Answer> {
	const path = simulator.api === 'bridge' ? '/outbound-call' : '/outbound-calls';
	return await send(simulator, 'POST', pathOf(simulator, path), { body: { ...CALL, ...fields } });
}

/** Waits until every call has ended. */
export async function allEnded({ calls }: Simulator): Promise<void> {
	await until(() => calls.every(({ completed_at }) => completed_at !== null));
}

/** Starts a call and waits until it has ended; gives its id. */
export async function endedCall(simulator: Simulator, fields: object = {}): Promise<string> {
	const { body } = await start(simulator, fields);
	await allEnded(simulator);
	return body.call_id;
}

/** Subscribes to every event that can be had; returns the subscription, its secret included. */
export async function subscribe(
	simulator: Simulator,
	url: string,
	events = SUBSCRIBABLE_EVENTS,
): Promise<Subscription> {
	const path = pathOf(simulator, '/webhooks');
	return (await send(simulator, 'POST', path, { body: { url, events } })).body;
}

/** Asks until there is an answer other than undefined and false, and gives it. */
export async function until<T>(
	ask: () => T | Promise<T>,
	seconds = 20,
): Promise<Exclude<T, false | undefined>> {
	const end = Date.now() + seconds * 1000;
	for (let pauseMs = 5; ; pauseMs = Math.min(50, pauseMs * 1.5)) {
		const answer = await ask();
		if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>;
		if (Date.now() > end) throw new Error(`Not within ${seconds} s: ${ask}`);
		await new Promise((resolve) => setTimeout(resolve, pauseMs));
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
