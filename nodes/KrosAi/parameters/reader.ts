import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ItemFailure } from '../api/failure';
import { fieldOf, labelOf } from '../api/labels';
import type { ApiFailure } from '../api/types';
import { toE164 } from '../phone/phoneNumber';
import type { PhoneOptions } from '../phone/phoneNumber';
import { asBoolean, asNumber, isEmpty, leftOverExpression } from '../util/coerce';
import { isObject, parseJson, textOf, wordsOf } from '../util/json';
import { show, showGiven } from '../util/quote';

/** A parameter after expressions, null where it is not set. */
type Get = (name: string) => unknown;

/** Parameters that are chosen from a list: what counts is the value that was chosen. */
const RESOURCE_LOCATORS = ['endpointId', 'fromNumber'];

/**
 * Reads the node's parameters for all items of a run: one without an expression once, any other once
 * for each item. Values are shared: change nothing in them. What is given takes a parameter's place.
 */
export function readerFor(
	context: IExecuteFunctions,
): (itemIndex: number, given?: Record<string, unknown>) => Values {
	const { parameters } = context.getNode();
	const fixed = new Map<string, unknown>();
	const readBefore: Memory = new Map();
	return (itemIndex, given = {}) =>
		new Values((name) => {
			if (given[name] !== undefined) return given[name];
			if (fixed.has(name)) return fixed.get(name);
			const extractValue = RESOURCE_LOCATORS.includes(name);
			const value: unknown = context.getNodeParameter(name, itemIndex, null, { extractValue });
			if (isWithoutExpression(parameters[name.split('.')[0]!])) fixed.set(name, value);
			return value;
		}, readBefore);
}

/** Whether a parameter as it is stored holds no expression, which begins with an equals sign. */
function isWithoutExpression(stored: unknown): boolean {
	if (typeof stored === 'object' && stored !== null) {
		return Object.values(stored).every(isWithoutExpression);
	}
	// What isn't stored may come from anywhere.
	return stored !== undefined && !String(stored).startsWith('=');
}

/** By parameter: what was read last in this run, and what came of it. */
type Memory = Map<string, { raw: unknown; result: { value: unknown } | { refusal: unknown } }>;

interface NumberOptions {
	accepts: (value: number) => boolean;
	initial?: number;
	why?: string;
	remedy?: string;
}

/** Why a number is no count, behind "Limit is 0, ". */
export const NO_COUNT = 'which is not a whole number from 1';

/** Parameters of one item. Each method gives a value of its type, or refuses by name what is there. */
export class Values {
	private readonly known = new Map<string, unknown>();

	constructor(
		private readonly get: Get,
		private readonly readBefore: Memory = new Map(),
		private readonly prefix = '',
		private readonly isThere = (name: string) => this.raw(name) !== null,
	) {}

	/**
	 * The value as it is.
	 *
	 * @throws ItemFailure where an expression in it can't be evaluated
	 */
	raw(name: string): unknown {
		if (this.known.has(name)) return this.known.get(name);
		try {
			const value = this.get(name);
			this.known.set(name, value);
			return value;
		} catch (thrown) {
			throw unreadable(name, thrown);
		}
	}

	/**
	 * The members of a collection; of those that were not added, `raw` gives undefined.
	 *
	 * @param prefix stands before their names in `error.field`
	 */
	in(collection: string, prefix = ''): Values {
		const value = this.raw(collection);
		const members = isObject(value) ? value : {};
		const has = (name: string) => Object.hasOwn(members, name);
		return new Values(
			(name) => (has(name) ? members[name] : undefined),
			this.readBefore,
			prefix,
			has,
		);
	}

	/** Whether it was added, whatever its expression gives. */
	has(name: string): boolean {
		return this.isThere(name);
	}

	/** Whether nothing is there, or blanks. */
	isEmpty(name: string): boolean {
		return isEmpty(this.raw(name));
	}

	boolean(name: string): boolean {
		const isOn = asBoolean(this.raw(name));
		if (isOn !== undefined) return isOn;
		const label = labelOf(name);
		throw this.unlike(
			name,
			'which is neither true nor false',
			`Switch ${label} on or off, or have its expression give true or false.`,
		);
	}

	/**
	 * @param options.initial where the option was not added
	 * @param options.why the message of a refusal after "Limit is 0, "
	 */
	number(name: string, { accepts, initial, why, remedy }: NumberOptions): number {
		if (initial !== undefined && !this.has(name)) return initial;
		const number = asNumber(this.raw(name));
		if (Number.isFinite(number) && accepts(number)) return number;
		const advice = `Enter a number for ${labelOf(name)} under Options, or remove the option.`;
		throw this.unlike(name, why ?? "which can't be used", remedy ?? advice);
	}

	/** @param initial where the option was not added */
	choice<Choice extends string>(
		name: string,
		choices: readonly Choice[],
		initial?: Choice,
	): Choice {
		const value = this.raw(name);
		if (initial !== undefined && !this.has(name)) return initial;
		const choice = choices.find((known) => known === value);
		if (choice) return choice;
		throw this.unlike(
			name,
			'which is none of its choices',
			`Choose from the list, or give ${choices.join(', ').replace(/, ([^,]*)$/, ' or $1')} by the expression.`,
		);
	}

	/** Without blanks around it; undefined where nothing is set. */
	text(name: string): string | undefined {
		if (this.isEmpty(name)) return undefined;
		const text = textOf(this.raw(name))?.trim();
		if (text !== undefined) return text;
		throw this.unlike(name, 'which is no text', 'Enter a text, or have the expression give one.');
	}

	/** The ID of something of KrosAI's, which becomes a part of a path. */
	id(name: string, remedy: string): string {
		const value = this.raw(name);
		const id = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
		if (id === '') throw this.missing(name, remedy);
		if (!/^\.+$/.test(id)) return id;
		throw this.invalid(name, `"${id}" in ${labelOf(name)} is no ID`, remedy);
	}

	/** @returns the number in E.164 */
	phone(name: string, options: Omit<PhoneOptions, 'field'> = {}): string {
		const raw = { value: this.raw(name), ...options };
		this.refuseUnevaluated(name, raw.value, labelOf(name), { code: 'INVALID_PHONE_NUMBER' });
		const result = this.once(name, raw, () =>
			toE164(raw.value, { field: labelOf(name), ...options }),
		);
		if (result.ok) return result.e164;
		const { message, description } = result;
		throw this.invalid(name, message, description, { code: 'INVALID_PHONE_NUMBER' });
	}

	/** The entries of a list, of a JSON list, or of a text that separates them by commas or lines. */
	list(name: string): unknown[] {
		return entriesOf(this.raw(name));
	}

	/** Reads the same again only where it differs from the last item's: a long list mostly doesn't. */
	once<T>(name: string, raw: unknown, read: () => T): T {
		let last = this.readBefore.get(name);
		if (!last || !isSame(last.raw, raw)) {
			last = { raw, result: attempt(read) };
			this.readBefore.set(name, last);
		}
		if ('refusal' in last.result) throw last.result.refusal;
		return last.result.value as T;
	}

	/** A refusal that says "Limit is 0, which …". */
	unlike(name: string, why: string, remedy: string): ItemFailure {
		return this.invalid(name, `${labelOf(name)} is ${showGiven(this.raw(name))}, ${why}`, remedy);
	}

	/** A refusal that names the parameter, its value and what to do. */
	invalid(
		name: string,
		message: string,
		description: string,
		changes: Partial<ApiFailure> = {},
	): ItemFailure {
		const field = this.prefix + fieldOf(name);
		return new ItemFailure({ field, value: this.raw(name), message, description, ...changes });
	}

	/** @throws ItemFailure for a text with an expression that n8n has not evaluated */
	refuseUnevaluated(
		name: string,
		value: unknown,
		label = labelOf(name),
		changes: Partial<ApiFailure> = {},
	): void {
		const left = leftOverExpression(value);
		if (left === undefined) return;
		throw this.invalid(
			name,
			`${label} still holds "${show(left, 60)}", because the field isn't an expression`,
			'Switch the field to Expression. Where another node gave this text, have that one evaluate it.',
			{ value, ...changes },
		);
	}

	/** A refusal of what has to be filled in. */
	missing(name: string, description: string): ItemFailure {
		return this.invalid(name, `${labelOf(name)} is empty`, description, { code: 'MISSING_FIELDS' });
	}
}

function unreadable(name: string, thrown: unknown): ItemFailure {
	const label = labelOf(name);
	const message = `${label} can't be read for this item: ${wordsOf(thrown)}`;
	return new ItemFailure({ message, description: `Check the expressions in ${label}.` });
}

export function entriesOf(value: unknown): unknown[] {
	if (isEmpty(value)) return [];
	if (typeof value !== 'string') return Array.isArray(value) ? value.filter(isFull) : [value];
	const json = parseJson(value);
	return (Array.isArray(json) ? json : value.split(/[,;\n\r]/)).filter(isFull);
}

const isFull = (value: unknown) => !isEmpty(value);

function attempt<T>(read: () => T): { value: T } | { refusal: unknown } {
	try {
		return { value: read() };
	} catch (refusal) {
		return { refusal };
	}
}

/** Whether two values, as JSON has them, are equal. */
function isSame(a: unknown, b: unknown): boolean {
	if (Object.is(a, b)) return true;
	if (Array.isArray(a) && Array.isArray(b)) {
		return a.length === b.length && a.every((entry, index) => isSame(entry, b[index]));
	}
	if (!isObject(a) || !isObject(b) || isDate(a) || isDate(b)) return false;
	const keys = Object.keys(a);
	return (
		keys.length === Object.keys(b).length &&
		keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
	);
}

/** A date of n8n's expressions (luxon). */
export function isDate(value: unknown): value is { toISODate(): string | null } {
	return isObject(value) && typeof (value as IDataObject).toISODate === 'function';
}
