import { setMaxListeners } from 'node:events';
import { Clock } from './clock';
import { post } from './post';

/** Something to be delivered to one receiver. */
export interface Parcel {
	/** UUID: of the delivery, with all its attempts. */
	id: string;
	url: string;
	/** The event's name as it is sent. */
	event: string;
	/** The simulator's own where the body has none. */
	event_id: string;
	/** null where it is about no call. */
	call_id: string | null;
	/** Names in lower case. */
	headers: Readonly<Record<string, string>>;
	/** The text as it is sent, the same at every attempt. */
	body: string;
	/** null = not to a subscription. */
	subscriptionId: string | null;
}

/** One attempt that is over. */
export interface Delivery extends Parcel {
	/** When it was sent, in ms since 1970. */
	at: number;
	/** From 1. */
	attempt: number;
	/** What the receiver answered; null = no answer. */
	status: number | null;
	/** Why there was no answer. */
	problem: string | null;
}

/** Seconds from one attempt to the next (Webhooks Overview); that they add up is a reading of it. */
const RETRY_AFTER = [60, 5 * 60, 30 * 60, 2 * 60 * 60];

export const MOST_ATTEMPTS = RETRY_AFTER.length + 1;

export function isDelivered({ status }: Pick<Delivery, 'status'>): boolean {
	return status !== null && status >= 200 && status < 300;
}

/** Takes deliveries to their receivers, again and again until they are taken. */
export class Courier {
	/** Every attempt, in the order in which they ended. */
	readonly deliveries: Delivery[] = [];
	private readonly clock: Clock;
	/** Call and receiver → the first attempt that is under way, or waits for the one before. */
	private readonly lines = new Map<string, Promise<Delivery>>();
	private readonly listeners = new Set<(delivery: Delivery) => void>();
	private running = newRun();

	constructor(
		speed: number,
		private readonly answerTimeoutMs: () => number,
	) {
		this.clock = new Clock(speed);
	}

	setSpeed(speed: number): void {
		this.clock.setSpeed(speed);
	}

	onDelivery(listener: (delivery: Delivery) => void): void {
		this.listeners.add(listener);
	}

	/**
	 * Delivers, at once or after the first attempts of what the same receiver was to hear of the same
	 * call before; later attempts only where `isWanted` still says so. Resolves with the first attempt.
	 */
	async send(parcel: Parcel, isWanted: () => boolean = () => true): Promise<Delivery> {
		const { signal } = this.running;
		const deliver = async () => await this.attempt(parcel, 1, signal, isWanted);
		if (parcel.call_id === null) return await deliver();
		const line = `${parcel.call_id} ${parcel.subscriptionId} ${parcel.url}`;
		const first = this.lines.get(line)?.then(deliver) ?? deliver();
		this.lines.set(line, first);
		const delivery = await first;
		if (this.lines.get(line) === first) this.lines.delete(line);
		return delivery;
	}

	/** Delivers once more, whatever was answered before, and no more after that. */
	async sendAgain(delivery: Delivery): Promise<Delivery> {
		const { signal } = this.running;
		return await this.attempt(delivery, delivery.attempt + 1, signal, () => false);
	}

	/** Forgets everything; what is under way or to come is not sent. Those who listen stay. */
	reset(): void {
		this.running.abort();
		this.running = newRun();
		this.clock.cancelAll();
		this.lines.clear();
		this.deliveries.length = 0;
	}

	private async attempt(
		parcel: Parcel,
		attempt: number,
		signal: AbortSignal,
		isWanted: () => boolean,
	): Promise<Delivery> {
		const at = Date.now();
		const { url, headers, body } = parcel;
		const timeoutMs = this.answerTimeoutMs();
		const answered = await post(url, headers, body, { timeoutMs, signal });
		const delivery: Delivery = { ...parcel, at, attempt, ...answered };
		if (signal.aborted) return delivery;
		this.deliveries.push(delivery);
		const after = RETRY_AFTER[attempt - 1];
		if (!isDelivered(delivery) && after !== undefined) {
			this.clock.at(this.clock.now() + after, () => {
				if (isWanted()) void this.attempt(parcel, attempt + 1, signal, isWanted);
			});
		}
		for (const listener of this.listeners) listener(delivery);
		return delivery;
	}
}

/** Ends all requests at once, however many there are. */
function newRun(): AbortController {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}
