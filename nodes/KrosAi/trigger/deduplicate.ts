import { createHash } from 'crypto';
import type { Delivery } from '../webhooks/payload';

/** How many events a trigger remembers: KrosAI repeats one for about two and a half hours. */
const REMEMBERED = 10_000;

/**
 * What tells two deliveries of one event from two events, as a hash, whose length is bounded; undefined
 * where nothing does. KrosAI delivers an event up to five times, until it is answered 2xx.
 */
export function identityOf({ event, event_id, call_id }: Delivery): string | undefined {
	const identity = event_id ? [event_id] : call_id ? [event, call_id] : undefined;
	return identity && createHash('sha256').update(JSON.stringify(identity)).digest('base64url');
}

/** The events that a trigger has taken in. In memory: see README, "Once per event". */
export class SeenEvents {
	/** Oldest first. */
	private readonly identities: Set<string>;

	/** @param earlier what an earlier process has left, oldest first */
	constructor(
		earlier: string[],
		private readonly limit = REMEMBERED,
	) {
		this.identities = new Set(earlier);
	}

	/** @returns false where the event was here before; otherwise it counts as seen from now on */
	add(identity: string): boolean {
		if (this.identities.has(identity)) return false;
		this.identities.add(identity);
		if (this.identities.size > this.limit) {
			const [oldest] = this.identities;
			this.identities.delete(oldest!);
		}
		return true;
	}

	/** n8n did not take the event in after all: the next delivery of it counts. */
	remove(identity: string): void {
		this.identities.delete(identity);
	}
}
