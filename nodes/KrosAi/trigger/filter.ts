import { labelOf } from '../api/labels';
import { chosen, isBlank, isText, meets } from '../calls/criteria';
import type { CallCriteria } from '../calls/criteria';
import { toE164 } from '../phone/phoneNumber';
import type { PhoneNumberResult } from '../phone/phoneNumber';
import { asNumber, isEmpty, leftOverExpression } from '../util/coerce';
import { idOf, isObject, textOf, toJson } from '../util/json';
import { show, showGiven } from '../util/quote';
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
export function passes(delivery: Delivery, { minDuration, ...others }: FilterOptions): boolean {
	const criteria: CallCriteria = { ...others };
	for (const name of NUMBERS) {
		const number = readNumber(name, others);
		if (number && !number.ok) return false;
		criteria[name] = number?.e164;
	}
	const { duration } = delivery;
	const seconds = isText(duration) ? Number(duration) : NaN;
	const least = isEmpty(minDuration) ? 0 : asNumber(minDuration);
	return meets(delivery, criteria) && (least === 0 || seconds >= least);
}

const NUMBERS = ['fromNumber', 'toNumber'] as const;

/** As To Number of a call is read, also of ranges that are newer than the node's data. */
function readNumber(
	name: (typeof NUMBERS)[number],
	options: FilterOptions,
): PhoneNumberResult | undefined {
	const value = options[name];
	if (isBlank(value)) return undefined;
	return toE164(value, { field: labelOf(name), numberCheck: 'possible' });
}

/** Events of numbers, not of calls. */
const OF_NUMBERS = ['number.provisioned', 'number.released'];

/** Events of calls that are no call's end: `call.started` comes when it begins (KrosAI docs, Webhooks). */
const WITHOUT_DURATION = [...OF_NUMBERS, 'call.started'];

/**
 * Why no delivery can ever start the workflow, as the message that keeps it from being published;
 * undefined where one can.
 *
 * @param events what is chosen under "Trigger On"
 */
export function whyNothingPasses(options: FilterOptions, events: string[]): string | undefined {
	if (events.length === 0) return `Trigger On is empty, so ${NOTHING}`;
	const why = [
		...NUMBERS.map((name) => {
			const number = readNumber(name, options);
			return number && !number.ok ? number.message : undefined;
		}),
		aboutDirection(options),
		aboutEndpoint(options),
		aboutDuration(options),
		aboutMetadata(options),
		aboutEvents(options, events.map(canonicalEvent)),
	].find((message) => message !== undefined);
	return why && `${why}. With this filter ${NOTHING}`;
}

const NOTHING = 'no event would start the workflow';

function aboutDirection({ direction }: FilterOptions): string | undefined {
	if (isBlank(direction) || ['inbound', 'outbound'].includes(textOf(direction)?.trim() ?? '')) {
		return undefined;
	}
	return `Direction is ${showGiven(direction)}, which is neither inbound nor outbound`;
}

function aboutEndpoint({ endpointId }: FilterOptions): string | undefined {
	const id = chosen(endpointId);
	if (isBlank(id) || (idOf(id) !== undefined && leftOverExpression(id) === undefined))
		return undefined;
	return `AI Agent (Endpoint) is ${showGiven(id)}, which is no ID`;
}

function aboutDuration({ minDuration }: FilterOptions): string | undefined {
	if (isEmpty(minDuration) || Number.isFinite(asNumber(minDuration))) return undefined;
	return `Minimum Duration is ${showGiven(minDuration)}, which is no number of seconds`;
}

function aboutMetadata({ metadata }: FilterOptions): string | undefined {
	const wanted = new Map<string, string>();
	for (const row of isObject(metadata) ? [metadata.entry].flat() : []) {
		const { key, value } = isObject(row) ? row : { key: row };
		if (isBlank(key)) continue;
		const name = textOf(key);
		const text = textOf(value) ?? toJson(value);
		if (name === undefined) return `A key in Metadata is ${showGiven(key)}, which is no text`;
		const left = leftOverExpression(name) ?? leftOverExpression(text);
		if (left !== undefined) {
			return `Metadata still holds "${show(left, 60)}", because the field isn't an expression`;
		}
		if ((wanted.get(name) ?? text) !== text) {
			return `Metadata asks for two values of "${show(name, 60)}", and a call has one`;
		}
		wanted.set(name, text);
	}
	return undefined;
}

function aboutEvents(options: FilterOptions, events: string[]): string | undefined {
	const { minDuration, direction, fromNumber, toNumber, endpointId } = options;
	const areAll = (known: string[]) => events.every((event) => known.includes(event));
	if (!isEmpty(minDuration) && asNumber(minDuration) > 0 && areAll(WITHOUT_DURATION)) {
		return 'Minimum Duration is set, but none of the events under Trigger On has a duration';
	}
	const isOfCalls = ![direction, fromNumber, toNumber, chosen(endpointId)].every(isBlank);
	return isOfCalls && areAll(OF_NUMBERS)
		? 'A filter for calls is set, but the events under Trigger On are of phone numbers'
		: undefined;
}

/** An expression that n8n has not evaluated, because the field isn't one. */
