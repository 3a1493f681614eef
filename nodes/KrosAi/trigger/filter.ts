import { asNumber } from '../util/coerce';
import { isText, meets } from '../calls/criteria';
import type { CallCriteria } from '../calls/criteria';
import type { Delivery } from '../webhooks/payload';
import { canonicalEvent } from '../webhooks/events';

/** The trigger's options that let only some deliveries through; an empty one lets all through. */
export interface FilterOptions extends Pick<
	CallCriteria,
	'direction' | 'fromNumber' | 'toNumber' | 'endpointId' | 'metadata'
> {
	/** Seconds. */
	minDuration?: unknown;
}

/** Whether the user has chosen this event under "Trigger On", by whichever of its names. */
export function isChosen({ event }: Delivery, events: string[]): boolean {
	return events.some((name) => name === '*' || canonicalEvent(name) === event);
}

/** Whether a delivery is one of those that the user asked for. */
export function passes(delivery: Delivery, { minDuration, ...criteria }: FilterOptions): boolean {
	const { duration } = delivery;
	const seconds = isText(duration) ? Number(duration) : NaN;
	return meets(delivery, criteria) && (!minDuration || seconds >= asNumber(minDuration));
}
