import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { askRules } from '../../dialing/callingRules';
import type { CallingRules } from '../../dialing/callingRules';
import { createSettingsReader } from '../../dialing/callingSettings';
import type { SettingsReader } from '../../dialing/callingSettings';
import { buildCallRequest, InvalidCall } from '../../dialing/callRequest';
import type { CallRequest } from '../../dialing/callRequest';
import type { Outcome } from '../../dialing/dialer';
import type { CallFailure } from '../../dialing/placement';
import { readOnceKey, readSettings } from '../../dialing/settings';
import { unreadable } from '../failure';
import { parameterReader } from './parameters';

/** What one item says: a call and the rules for it, or the reason why there is none. */
export type Contact =
	| { request: CallRequest; key?: string; rules: CallingRules; whenBlocked: 'error' | 'skip' }
	| { failure: CallFailure };

/** One for each input item, in their order. */
export function readContacts(context: IExecuteFunctions): Contact[] {
	const readRules = createSettingsReader();
	const read = parameterReader(context);
	return context
		.getInputData()
		.map((_, itemIndex) =>
			readContact(context, readRules, (name, extract) => read(name, itemIndex, extract)),
		);
}

function readContact(
	context: IExecuteFunctions,
	readRules: SettingsReader,
	read: (name: string, extractValue?: boolean) => unknown,
): Contact {
	try {
		const specifyMetadata = read('specifyMetadata');
		const isJson = specifyMetadata === 'json';
		const options = read('options') as IDataObject;
		readSettings(options);
		const key = isOncePerKey(context) ? readOnceKey(options.callOnlyOncePerKey) : undefined;
		return {
			...(key !== undefined && { key }),
			request: buildCallRequest({
				fromNumber: read('fromNumber', true),
				toNumber: read('toNumber'),
				endpointId: read('endpointId', true),
				maxDuration: read('maxDuration'),
				specifyMetadata,
				metadata: isJson ? undefined : read('metadata.entry'),
				metadataJson: isJson ? read('metadataJson') : undefined,
				options,
			}),
			rules: readRules(read('callingRules'), options.defaultCountry),
			whenBlocked: read('whenBlocked') === 'skip' ? 'skip' : 'error',
		};
	} catch (thrown) {
		if (thrown instanceof InvalidCall) return { failure: thrown.failure };
		return { failure: { ...unreadable(thrown), placed: 'no' } };
	}
}

/** Whether the field is filled in, whatever its expression gives for an item. */
function isOncePerKey(context: IExecuteFunctions): boolean {
	const { options } = context.getNode().parameters as { options?: IDataObject };
	return String(options?.callOnlyOncePerKey ?? '').trim() !== '';
}

/** What becomes of a contact whom the rules keep from being called at this time; undefined: none do. */
export function blockAt(contact: Contact, now: number): Outcome | undefined {
	if ('failure' in contact) return contact;
	const { failure } = askRules(contact.request.to_number, contact.rules, now);
	if (!failure) return undefined;
	const { code, retry_at } = failure;
	return contact.whenBlocked === 'skip'
		? { skipped: { status: 'skipped', reason: code, retry_at } }
		: { failure };
}
