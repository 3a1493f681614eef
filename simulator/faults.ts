import { STATUS_CODES } from 'node:http';
import { LONGEST_MS } from './clock';
import { html, isObject, json, type Reply } from './http';
import type { RecordedRequest } from './requests';

/** Whether the fault strikes before or after KrosAI took the request in (and the phone rang). */
type Accepting = 'before' | 'after';

/** Which requests a fault strikes, and how often. */
interface FaultTarget {
	/** How many requests; default 1. */
	times?: number;
	/** Only calls to this number. */
	toNumber?: string;
	/** Only paths that end so: `/outbound-calls`, `/v1/calls`. */
	path?: string;
}

/**
 * - `delay`: takes the request in, then waits so many ms before the answer (or waits first)
 * - `dropBefore`: the connection ends; nothing was taken in
 * - `dropAfter`: taken in, then the connection ends without an answer
 * - `status`: this answer instead of KrosAI's own, which takes nothing in unless `accepting` is `after`;
 *   a text goes out as it is, as HTML unless `contentType` says otherwise; an object as JSON; nothing =
 *   `{ error }` with the status' name
 * - `garbage`: taken in, then 200 with half of a JSON body; of a recording, half of it and the end
 * - `gateway`: `status` (504) after `afterMs`; without it no answer comes, and the connection is kept
 *   until the client gives up. KrosAI takes the request in `acceptedAfterMs` after it came, whatever
 *   was answered
 * - `redirect`: nothing taken in, `status` (307) and `Location`
 */
type FaultKind =
	| { kind: 'delay'; ms: number; accepting?: Accepting }
	| { kind: 'dropBefore' }
	| { kind: 'dropAfter' }
	| {
			kind: 'status';
			status: number;
			accepting?: Accepting;
			body?: string | Record<string, unknown>;
			headers?: Record<string, string>;
			contentType?: string;
	  }
	| { kind: 'garbage' }
	| { kind: 'gateway'; acceptedAfterMs: number; afterMs?: number; status?: number }
	| { kind: 'redirect'; location: string; status?: number };

type MadeUp = Omit<Extract<FaultKind, { kind: 'status' }>, 'kind' | 'accepting'>;

export type Fault = FaultKind & FaultTarget;

const KINDS = ['delay', 'dropBefore', 'dropAfter', 'status', 'garbage', 'gateway', 'redirect'];

/** The faults asked for, in order: each request meets the first that fits it, at most. */
export class Faults {
	private queue: Array<{ fault: Fault; left: number }> = [];

	add(fault: Fault): void {
		if (!KINDS.includes(fault.kind)) throw new Error(`kind must be one of ${KINDS.join(', ')}`);
		this.queue.push({ fault, left: fault.times ?? 1 });
	}

	take(request: RecordedRequest): Fault | undefined {
		const entry = this.queue.find(({ fault }) => fits(fault, request));
		if (!entry) return undefined;
		entry.left -= 1;
		if (entry.left <= 0) this.queue = this.queue.filter((other) => other !== entry);
		return entry.fault;
	}

	clear(): void {
		this.queue = [];
	}
}

function fits({ toNumber, path }: Fault, request: RecordedRequest): boolean {
	if (path !== undefined && !request.path.endsWith(path)) return false;
	if (toNumber === undefined) return true;
	return isObject(request.body) && request.body.to_number === toNumber;
}

/**
 * What a client gets to see of a request that meets a fault; null = the connection ends.
 * `takeIn` is KrosAI's own handling, `pause` waits so many ms and rejects at a reset.
 */
export async function suffer(
	fault: Fault,
	takeIn: () => Reply,
	pause: (ms: number) => Promise<void>,
): Promise<Reply | null> {
	switch (fault.kind) {
		case 'delay': {
			const early = fault.accepting === 'before' ? null : takeIn();
			await pause(fault.ms);
			return early ?? takeIn();
		}
		case 'dropBefore':
			return null;
		case 'dropAfter':
			takeIn();
			return null;
		case 'status':
			if (fault.accepting === 'after') takeIn();
			return madeUp(fault);
		case 'garbage': {
			const reply = takeIn();
			const body = reply.body.slice(0, Math.ceil(reply.body.length / 2));
			return typeof body === 'string' ? { ...json(200, null), body } : { ...reply, body };
		}
		case 'gateway': {
			// A reset comes before it.
			pause(fault.acceptedAfterMs).then(takeIn, () => {});
			await pause(fault.afterMs ?? LONGEST_MS);
			return madeUp({ status: fault.status ?? 504 });
		}
		case 'redirect':
			return html(fault.status ?? 307, '', { location: fault.location });
	}
}

function madeUp({ status, body, headers, contentType }: MadeUp): Reply {
	const reply =
		typeof body === 'string'
			? html(status, body)
			: json(status, body ?? { error: STATUS_CODES[status] ?? 'Error' });
	const type = contentType && { 'content-type': contentType };
	return { ...reply, headers: { ...reply.headers, ...type, ...headers } };
}
