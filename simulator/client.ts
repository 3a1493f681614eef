import { SUBSCRIBABLE_EVENTS } from './events';
import type { Simulator, Subscription } from './index';

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

const KEY = { 'x-api-key': 'kros_test_simulator' };

/** Sends any request to the simulator; follows no redirect. */
export async function send(
	simulator: Simulator,
	method: string,
	path: string,
	{ headers = KEY, body }: { headers?: Record<string, string>; body?: unknown } = {},
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
	return await send(simulator, 'POST', '/v1/outbound-calls', { body: { ...CALL, ...fields } });
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
	return (await send(simulator, 'POST', '/v1/webhooks', { body: { url, events } })).body;
}

/** Resolves when `condition` holds; rejects when it doesn't within so many seconds. */
export async function until(condition: () => boolean, seconds = 10): Promise<void> {
	const end = Date.now() + seconds * 1000;
	while (!condition()) {
		if (Date.now() > end) throw new Error(`Not within ${seconds} s: ${condition}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
