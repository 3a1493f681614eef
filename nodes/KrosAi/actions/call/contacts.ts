import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failureOf } from '../../api/failure';
import type { ContactResult, Failed } from '../../dialing/contactList';
import { failed } from '../../dialing/contactResults';
import { readCallRequest } from '../../parameters/callRequest';
import type { CallRequest } from '../../parameters/callRequest';
import { readCampaignOptions } from '../../parameters/campaignOptions';
import { readFromNumbers } from '../../parameters/fromNumbers';
import type { FromNumbers } from '../../parameters/fromNumbers';
import { fixedKey, readOnceKey, withNumber } from '../../parameters/onceKey';
import { readerFor } from '../../parameters/reader';
import type { Values } from '../../parameters/reader';
import { readRules } from '../../parameters/readRules';
import type { CallingRules, RuleFailure } from '../../rules/callingRules';

/** A call, and what the settings ask of it. */
export interface Ready {
	state: 'ready';
	request: CallRequest;
	key?: string;
	rules: CallingRules;
	from?: FromNumbers;
	whenBlocked: 'error' | 'skip';
	/** The row's fields come out beside the call's. */
	includeInputFields: boolean;
}

/** What one item says: a call, or the reason why there is none. */
export type Contact = Ready | Failed;

/** Alters a request that was checked. */
export type PrepareRequest = (request: CallRequest, itemIndex: number) => CallRequest;

/**
 * So many are read in one go. One by one takes a fifth longer, between two answers of KrosAI; fifty
 * hold up the request before them, so that KrosAI finds those behind it too early.
 */
const AT_ONCE = 10;

/**
 * One for each input item. They are read when they are first asked for, because expressions take
 * their time: the first phone needn't wait for the ten thousandth contact, nor n8n for all of them.
 */
export class Contacts {
	readonly length: number;
	private readonly known: Contact[] = [];
	private readonly valuesAt: ReturnType<typeof readerFor>;
	private readonly hasKeys: boolean;
	/** Whether Skip Already Called (Key) is no expression, and so the same for each of several items. */
	private readonly isKeyFixed: boolean;

	/**
	 * @param baseUrl of the credential
	 * @param firstNumbers of the ledger
	 */
	constructor(
		context: IExecuteFunctions,
		private readonly baseUrl: string,
		private readonly prepare: PrepareRequest = asItIs,
		private readonly firstNumbers: Record<number, unknown> = {},
	) {
		this.length = context.getInputData().length;
		this.valuesAt = readerFor(context);
		this.hasKeys = isOncePerKey(context);
		this.isKeyFixed = this.length > 1 && !String(storedKeyOf(context)).startsWith('=');
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

	/** What stands in To Number of an item; undefined where its expression can't be evaluated. */
	numberAt(itemIndex: number): unknown {
		try {
			return this.valuesAt(itemIndex).raw('toNumber');
		} catch {
			return undefined;
		}
	}

	private readUntil(end: number): void {
		while (this.known.length < Math.min(end, this.length)) {
			this.known.push(this.readAt(this.known.length));
		}
	}

	private readAt(itemIndex: number): Contact {
		try {
			const toNumber = this.firstNumbers[itemIndex];
			const values = this.valuesAt(itemIndex, { toNumber });
			const contact = this.read(values);
			this.firstNumbers[itemIndex] = values.raw('toNumber');
			return { ...contact, request: this.prepare(contact.request, itemIndex) };
		} catch (thrown) {
			return failed({ ...failureOf(thrown), placed: 'no' });
		}
	}

	private read(values: Values): Extract<Contact, { state: 'ready' }> {
		const options = values.in('options');
		readCampaignOptions(options);
		const key = this.hasKeys ? readOnceKey(options) : undefined;
		if (key !== undefined && this.isKeyFixed) throw fixedKey(options, this.length);
		// Left over in the parameters of Initiate and Wait, Webhook URL is not sent.
		const isWaiting = values.raw('operation') === 'initiateAndWait';
		const request = readCallRequest(values, isWaiting ? undefined : this.baseUrl);
		const from = readFromNumbers(options, request.from_number);
		return {
			state: 'ready',
			...(from && { from }),
			...(key !== undefined && {
				key: withNumber(key, values.raw('toNumber'), request.to_number),
			}),
			request,
			rules: readRules(values),
			whenBlocked: values.raw('whenBlocked') === 'skip' ? 'skip' : 'error',
			includeInputFields:
				options.has('includeInputFields') && options.boolean('includeInputFields'),
		};
	}
}

const asItIs = (request: CallRequest) => request;

/** Whether Skip Already Called (Key) is filled in, whatever its expression gives for an item. */
export function isOncePerKey(context: IExecuteFunctions): boolean {
	return String(storedKeyOf(context) ?? '').trim() !== '';
}

/** As it is saved, before its expression. */
function storedKeyOf(context: IExecuteFunctions): unknown {
	const { options } = context.getNode().parameters as { options?: IDataObject };
	return options?.callOnlyOncePerKey;
}

/** What becomes of a contact that a rule keeps from being called. */
export function blocked({ whenBlocked }: Ready, failure: RuleFailure): ContactResult {
	const { code, retry_at } = failure;
	return whenBlocked === 'skip'
		? { state: 'skipped', skipped: { status: 'skipped', reason: code, retry_at } }
		: failed(failure);
}
