import type { IDataObject } from 'n8n-workflow';
import { askRules } from '../rules/callingRules';
import type { CallingRules, Verdict } from '../rules/callingRules';
import type { Failed } from './contactList';
import { aliasesOf } from '../phone/phoneNumber';
import type { CampaignOptions } from '../parameters/campaignOptions';
import type { CallRequest } from '../parameters/callRequest';
import { toFailure } from '../api/failure';
import type { CallFailure } from '../api/types';

/** One contact of a dry run: a request and the rules for it, or the reason why there is none. */
export type DryRunContact = { state: 'ready'; request: CallRequest; rules: CallingRules } | Failed;

export interface DryRunOptions extends Pick<CampaignOptions, 'callsPerSecond' | 'sameNumberTwice'> {
	/** Milliseconds since 1970. */
	now: number;
}

/**
 * What a campaign would do if it began now, by all that can be known without a request: who would be
 * called, when at the earliest, with what, and why not. What was not looked at says so.
 *
 * @returns an item for each contact, in their order
 */
export function dryRun(
	contacts: DryRunContact[],
	{ now, callsPerSecond, sameNumberTwice }: DryRunOptions,
): IDataObject[] {
	let starts = 0;
	/** The item that calls a phone. */
	const callers = new Map<string, number>();
	return contacts.map((contact, item) => {
		if (contact.state === 'failed') return toItem({ failure: contact.failure });
		const { request, rules } = contact;
		const callAt = now + (starts * 1000) / callsPerSecond;
		const verdict = askRules(request.to_number, rules, callAt);
		const [phone] = aliasesOf(request.to_number);
		const caller = sameNumberTwice === 'callOnce' ? callers.get(phone) : undefined;
		const failure =
			verdict.failure ?? (caller === undefined ? null : calledBy(caller, request.to_number));
		if (!failure) {
			starts += 1;
			callers.set(phone, item);
		}
		const sameNumber =
			sameNumberTwice === 'callEach' ? 'not_checked' : caller === undefined ? 'pass' : 'blocked';
		return toItem({ failure, request, verdict, sameNumber, callAt });
	});
}

function calledBy(item: number, to_number: string): CallFailure {
	return toFailure({
		code: 'SAME_NUMBER',
		field: 'to_number',
		value: to_number,
		message: `Call to ${to_number}: skipped, because item ${item} calls this phone`,
		description:
			'Where each item is meant to be a call, set Same Number Twice under Options to Call Each.',
		placed: 'no' as const,
	});
}

interface Findings {
	failure: CallFailure | null;
	request?: CallRequest;
	verdict?: Verdict;
	sameNumber?: string;
	/** Milliseconds since 1970. */
	callAt?: number;
}

function toItem({ failure, request, verdict, sameNumber, callAt }: Findings): IDataObject {
	return {
		dry_run: true,
		would_call: failure === null,
		to_number: request?.to_number ?? null,
		call_at: failure || callAt === undefined ? null : new Date(callAt).toISOString(),
		retry_at: failure?.retry_at ?? null,
		time_zones: [...(verdict?.timeZones ?? [])],
		notice: verdict?.notice ?? null,
		code: failure?.code ?? null,
		message: failure?.message ?? null,
		description: failure?.description ?? null,
		checks: {
			request: request ? 'pass' : 'blocked',
			same_number: sameNumber ?? 'not_checked',
			do_not_call: verdict?.checks.doNotCall ?? 'not_checked',
			consent: verdict?.checks.consent ?? 'not_checked',
			allowed_countries: verdict?.checks.allowedCountries ?? 'not_checked',
			allow_premium_numbers: verdict?.checks.allowPremiumNumbers ?? 'not_checked',
			time_zone: verdict?.checks.timeZone ?? 'not_checked',
			hours: verdict?.checks.hours ?? 'not_checked',
			// Only KrosAI, n8n's memory or a register could tell, and none of them is asked.
			called_before: 'not_checked',
			free_line: 'not_checked',
			krosai: 'not_checked',
			national_registers: 'not_checked',
		},
		request: request ?? null,
	};
}
