import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { askRules } from '../../rules/callingRules';
import type { CallingRules } from '../../rules/callingRules';
import { createSettingsReader } from '../../parameters/readRules';
import type { SettingsReader } from '../../parameters/readRules';
import { buildCallRequest, invalid, InvalidCall } from '../../parameters/callRequest';
import type { CallRequest } from '../../parameters/callRequest';
import type { Outcome } from '../../dialing/contactList';
import type { CallFailure } from '../../api/types';
import { fixedKey, readOnceKey, readSettings, withNumber } from '../../parameters/campaignOptions';
import { hostOf, isReachable, PUBLIC_ADDRESS } from '../../waiting/address';
import { failureOf } from '../failure';
import { parameterReader } from '../../parameters/reader';
import type { ReadParameter } from '../../parameters/reader';

/** What one item says: a call and the rules for it, or the reason why there is none. */
export type Contact =
	| { request: CallRequest; key?: string; rules: CallingRules; whenBlocked: 'error' | 'skip' }
	| { failure: CallFailure };

/** So many are read in one go: one by one, between two answers of KrosAI, takes a fifth longer. */
const AT_ONCE = 50;

/**
 * One for each input item. They are read when they are first asked for, because expressions take
 * their time: the first phone needn't wait for the ten thousandth contact, nor n8n for all of them.
 */
export class Contacts {
	readonly length: number;
	private readonly known: Contact[] = [];
	private readonly readRules = createSettingsReader();
	private readonly read: ReadParameter;
	private readonly readKey: Reading['readKey'];

	/**
	 * @param baseUrl of the credential
	 * @param prepare alters a request that was checked
	 */
	constructor(
		context: IExecuteFunctions,
		private readonly baseUrl: string,
		private readonly prepare: (request: CallRequest, itemIndex: number) => CallRequest = asItIs,
	) {
		this.length = context.getInputData().length;
		this.read = parameterReader(context);
		if (isOncePerKey(context)) {
			const isSame = this.length > 1 && !String(storedKeyOf(context)).startsWith('=');
			this.readKey = (value) => {
				const key = readOnceKey(value);
				if (isSame) throw fixedKey(value, this.length);
				return key;
			};
		}
	}

	at(itemIndex: number): Contact | undefined {
		if (itemIndex >= this.known.length) this.readUntil(itemIndex + AT_ONCE);
		return this.known[itemIndex];
	}

	/** In the order of the items. */
	all(): Contact[] {
		this.readUntil(this.length);
		return this.known;
	}

	private readUntil(end: number): void {
		while (this.known.length < Math.min(end, this.length)) {
			this.known.push(this.readAt(this.known.length));
		}
	}

	private readAt(itemIndex: number): Contact {
		const { readKey, readRules, baseUrl } = this;
		const contact = readContact({ readKey, readRules, baseUrl }, (name, extractValue) =>
			this.read(name, itemIndex, extractValue),
		);
		if ('failure' in contact) return contact;
		return { ...contact, request: this.prepare(contact.request, itemIndex) };
	}
}

const asItIs = (request: CallRequest) => request;

interface Reading {
	/** Undefined where no contact has a key. */
	readKey: ((value: unknown) => string) | undefined;
	readRules: SettingsReader;
	baseUrl: string;
}

function readContact(
	{ readKey, readRules, baseUrl }: Reading,
	readParameter: (name: string, extractValue?: boolean) => unknown,
): Contact {
	let reading: string | undefined;
	const read = (name: string, extractValue?: boolean): unknown => {
		reading = name;
		const value = readParameter(name, extractValue);
		reading = undefined;
		return value;
	};
	try {
		const specifyMetadata = read('specifyMetadata');
		const isJson = specifyMetadata === 'json';
		const options = read('options') as IDataObject;
		readSettings(options);
		const key = readKey?.(options.callOnlyOncePerKey);
		const toNumber = read('toNumber');
		const request = buildCallRequest({
			fromNumber: read('fromNumber', true),
			toNumber,
			endpointId: read('endpointId', true),
			maxDuration: read('maxDuration'),
			specifyMetadata,
			metadata: isJson ? undefined : read('metadata.entry'),
			metadataJson: isJson ? read('metadataJson') : undefined,
			options,
		});
		// Left over in the parameters of Initiate and Wait, it is not sent.
		if (read('operation') !== 'initiateAndWait') refuseUnreachable(request.webhook_url, baseUrl);
		return {
			...(key !== undefined && { key: withNumber(key, toNumber, request.to_number) }),
			request,
			rules: readRules(read('callingRules'), options.defaultCountry, {
				callingHours: read('callingHours'),
				callingHoursRows: read('callingHoursRows'),
			}),
			whenBlocked: read('whenBlocked') === 'skip' ? 'skip' : 'error',
		};
	} catch (thrown) {
		if (thrown instanceof InvalidCall) return { failure: thrown.failure };
		return { failure: { ...failureOf(thrown, reading), placed: 'no' } };
	}
}

/** @throws InvalidCall for a Webhook URL at which no event of the call could arrive */
function refuseUnreachable(webhookUrl: string | undefined, baseUrl: string): void {
	if (webhookUrl === undefined) return;
	if (!isReachable(webhookUrl, baseUrl)) {
		throw invalid(
			'webhook_url',
			webhookUrl,
			`KrosAI can't reach Webhook URL (${hostOf(webhookUrl)}) to tell how a call ended, so no call was started`,
			`${PUBLIC_ADDRESS} and use it here, or remove Webhook URL.`,
		);
	}
	if (/\/webhook-test\//.test(webhookUrl)) {
		throw invalid(
			'webhook_url',
			webhookUrl,
			"Webhook URL is n8n's test address, where only an open editor listens, and for one event, so no call was started",
			'Use the production URL of that node, which has /webhook/ instead of /webhook-test/, and publish its workflow.',
		);
	}
}

/** Of the credential; empty where it can't be read, which the client says for each contact. */
export async function baseUrlOf(context: IExecuteFunctions): Promise<string> {
	try {
		const { baseUrl } = await context.getCredentials<{ baseUrl?: unknown }>('krosAiApi');
		return String(baseUrl ?? '');
	} catch {
		return '';
	}
}

/** Whether Call Only Once Per Key is filled in, whatever its expression gives for an item. */
export function isOncePerKey(context: IExecuteFunctions): boolean {
	return String(storedKeyOf(context) ?? '').trim() !== '';
}

/** As it is saved, before its expression. */
function storedKeyOf(context: IExecuteFunctions): unknown {
	const { options } = context.getNode().parameters as { options?: IDataObject };
	return options?.callOnlyOncePerKey;
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
