import type { Delivery } from '../deliveries/delivery';
import { canonicalEvent } from '../deliveries/events';

/** The trigger's options that let only some deliveries through; an empty one lets all through. */
export interface FilterOptions {
	direction?: string;
	fromNumber?: string;
	toNumber?: string;
	endpointId?: string;
	metadata?: { entry?: Array<{ key: string; value: string }> };
	/** Seconds. */
	minDuration?: number;
}

/** Whether the user has chosen this event under "Trigger On", by whichever of its names. */
export function isChosen({ event }: Delivery, events: string[]): boolean {
	return events.some((name) => name === '*' || canonicalEvent(name) === event);
}

/**
 * Whether a delivery is one of those that the user asked for. An event that doesn't carry a field
 * (a started call has no duration) is none of those that a filter on the field asks for.
 */
export function passes(delivery: Delivery, options: FilterOptions): boolean {
	const { direction, fromNumber, toNumber, endpointId, minDuration } = options;
	// A row without a key is one that was added and not filled in.
	const rows = (options.metadata?.entry ?? []).filter(({ key }) => key);
	const metadata = delivery.metadata as Record<string, unknown>;
	return (
		(!direction || delivery.direction === direction) &&
		(isBlank(fromNumber) || isSameNumber(delivery.from_number, fromNumber)) &&
		(isBlank(toNumber) || isSameNumber(delivery.to_number, toNumber)) &&
		(isBlank(endpointId) || delivery.endpoint_id === endpointId) &&
		(!minDuration || Number(delivery.duration ?? NaN) >= minDuration) &&
		rows.every(
			({ key, value }) => Object.hasOwn(metadata, key) && asText(metadata[key]) === String(value),
		)
	);
}

function isBlank(value: unknown): boolean {
	return value === undefined || value === null || String(value).trim() === '';
}

/** KrosAI's are E.164; in a filter they may be written with spaces, dashes or without the plus. */
function isSameNumber(actual: unknown, wanted: unknown): boolean {
	const digits = digitsOf(actual);
	return digits !== '' && digits === digitsOf(wanted);
}

function digitsOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number'
		? String(value).replace(/\D/g, '')
		: '';
}

/** Undefined where the key is not there: an empty filter value is not a missing key. */
function asText(value: unknown): string | undefined {
	if (value === undefined || value === null) return undefined;
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
