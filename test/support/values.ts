import type { IDataObject } from 'n8n-workflow';
import { ItemFailure } from '../../nodes/KrosAi/api/failure';
import type { ApiFailure } from '../../nodes/KrosAi/api/types';
import { Values } from '../../nodes/KrosAi/parameters/reader';
import { readRules } from '../../nodes/KrosAi/parameters/readRules';
import type { CallingRules } from '../../nodes/KrosAi/rules/callingRules';

/** The items of one run, by their parameters after expressions; `metadata.entry` may be a name. */
export function itemsOfRun(): (parameters: object) => Values {
	const memory = new Map();
	return (parameters) =>
		new Values((name) => (parameters as Record<string, unknown>)[name] ?? null, memory);
}

/** A collection of parameters, such as Options. */
export const collectionOf = (members: object): Values =>
	itemsOfRun()({ collection: members }).in('collection');

/** What a reader refuses. */
export function refusalOf(read: () => unknown): ApiFailure {
	try {
		read();
	} catch (thrown) {
		if (thrown instanceof ItemFailure) return thrown.failure;
		throw thrown;
	}
	throw new Error('Nothing was refused');
}

/** Calling Rules where nothing is set. */
export const NO_RULES: CallingRules = {
	hours: null,
	timeZone: '',
	consent: null,
	doNotCall: new Set(),
	allowedCountries: new Set(),
	allowPremiumNumbers: false,
	notBefore: null,
	notAfter: null,
	attemptLimit: null,
};

/** Reads the rules of one item after the other, as in a run. */
export function rulesReader() {
	const itemAt = itemsOfRun();
	return (
		callingRules: unknown,
		defaultCountry: unknown,
		hours: { callingHours: unknown; callingHoursRows?: unknown },
		options: IDataObject = {},
	): CallingRules =>
		readRules(itemAt({ callingRules, options: { defaultCountry, ...options }, ...hours }));
}
