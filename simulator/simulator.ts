import type { MadeUpEvent } from './announce';
import type { Api } from './apiSettings';
import type { Outcome, Scripted, SimulatedCall, Timing } from './call';
import type { Delivery } from './courier';
import type { CallListener } from './exchange';
import type { Fault } from './faults';
import type { OtherCall } from './outboundCalls';
import type { RecordedRequest } from './requests';
import type { SimulatorOptions } from './settings';
import type { Subscription } from './subscriptions';

/** A running simulator, as tests hold it. */
export interface Simulator {
	/** `http://127.0.0.1:<port>`; the page is at `/`. */
	readonly origin: string;
	/** The generation of the API that it speaks now. */
	readonly api: Api;
	/** What goes into the credential: origin + `/v1`, or `/api/v1` of the Bridge API. */
	readonly baseUrl: string;
	/** Every request to /v1 or /api/v1, in the order of arrival. */
	readonly requests: readonly RecordedRequest[];
	/** Every request to the host of the recordings, in the order of arrival. */
	readonly storageRequests: readonly RecordedRequest[];
	/** Every accepted call, oldest first, also where no answer arrived, and those of `addCall`. */
	readonly calls: readonly SimulatedCall[];
	/** The subscriptions, oldest first, with their secrets. */
	readonly webhooks: readonly Subscription[];
	/** Every attempt to deliver an event, in the order in which they ended. */
	readonly deliveries: readonly Delivery[];
	/** The numbers of the calls that a request started, in order. */
	called(): string[];
	/**
	 * What becomes of later calls to a number (`*` = to every number without a script that is no
	 * test number).
	 */
	script(toNumber: string, outcome: Scripted, timing?: Timing): void;
	/** What becomes of a call that rings, now. Throws where it was answered, or has ended. */
	decide(callId: string, outcome: Outcome): void;
	/** The called person hangs up. Throws where the call has ended. */
	hangUp(callId: string): void;
	/** Has a later request go wrong; faults wait in line, each for its first fitting request. */
	fault(fault: Fault): void;
	/** Puts a call into the log that no request started. Throws where its numbers or agent are none. */
	addCall(call: OtherCall): SimulatedCall;
	/** Delivers an event out of thin air, with retries. Resolves with the first attempts. */
	deliver(event: MadeUpEvent): Promise<Delivery[]>;
	/** Sends `deliveries[index]` once more, to the byte, whatever was answered before. */
	redeliver(index: number): Promise<Delivery>;
	/** Changes options while it runs; what isn't named stays. */
	set(options: Omit<SimulatorOptions, 'port'>): void;
	/**
	 * Forgets requests, calls, scripts, faults, counted limits, subscriptions and deliveries; drops
	 * requests being delayed and deliveries under way, and no retry comes any more. A published
	 * workflow needs its subscription: with `keepSubscriptions` they stay.
	 */
	reset(options?: { keepSubscriptions?: boolean }): void;
	/** Calls `listener` at each state a call reaches, the first included. Returns how to stop. */
	onCallChange(listener: CallListener): () => void;
	/** Ends everything: open connections, timers, the server. */
	close(): Promise<void>;
}
