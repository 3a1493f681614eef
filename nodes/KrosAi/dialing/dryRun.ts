import type { IDataObject } from 'n8n-workflow';
import { toFailure } from '../api/failure';
import type { CallFailure } from '../api/types';
import { rehearse } from './rehearsal';
import type { Finding, RehearsalOptions, RehearsedContact } from './rehearsal';

export interface DryRunOptions extends RehearsalOptions {
	/** Whether KrosAI's call log was read to where it is asked for; undefined where nothing asks for it. */
	isLogRead: boolean | undefined;
}

/**
 * What a campaign would do if it began now, by all that can be known without starting a call: who would
 * be called, when at the earliest, with what, and why not. What was not looked at says so.
 *
 * @returns an item for each contact, in their order
 */
export function dryRun(
	contacts: RehearsedContact[],
	{ isLogRead, ...options }: DryRunOptions,
): IDataObject[] {
	const callLog = isLogRead === undefined ? 'not_asked' : isLogRead ? 'read' : 'unreadable';
	return rehearse(contacts, options).map((finding, item) => {
		const contact = contacts[item]!;
		const request = contact.state === 'ready' ? contact.request : undefined;
		return toItem(finding, { request, callLog, ...options });
	});
}

function failureOf(finding: Finding, to_number = ''): CallFailure | null {
	switch (finding.state) {
		case 'failed':
			return finding.failure;
		case 'blocked':
			return finding.admission.failure;
		case 'sameNumber':
			return skipped('SAME_NUMBER', to_number, {
				message: `item ${finding.caller} calls this phone`,
				description:
					'Where each item is meant to be a call, set Same Number Twice under Options to Call Each.',
			});
		case 'runLimit':
			return skipped('RUN_LIMIT', to_number, {
				message: 'the run has started as many calls as Most Calls allows by then',
				description: 'Raise Most Calls under Options, or remove it.',
			});
		default:
			return null;
	}
}

function skipped(
	code: string,
	to_number: string,
	{ message, description }: Record<'message' | 'description', string>,
): CallFailure {
	return toFailure({
		code,
		field: 'to_number',
		value: to_number,
		message: `Call to ${to_number}: skipped, because ${message}`,
		description,
		placed: 'no' as const,
	});
}

interface Subject extends Pick<RehearsalOptions, 'maxCalls' | 'sameNumberTwice'> {
	request: (IDataObject & { to_number: string }) | undefined;
	callLog: string;
}

function toItem(
	finding: Finding,
	{ request, callLog, maxCalls, sameNumberTwice }: Subject,
): IDataObject {
	const failure = failureOf(finding, request?.to_number);
	const found = 'admission' in finding ? finding : undefined;
	const { verdict, from_number } = found?.admission ?? {};
	const skip = (state: Finding['state'], isAsked: boolean) =>
		!found || !isAsked ? 'not_checked' : finding.state === state ? 'blocked' : 'pass';
	return {
		dry_run: true,
		would_call: failure === null,
		to_number: request?.to_number ?? null,
		call_at: failure || !found ? null : new Date(found.callAt).toISOString(),
		retry_at: failure?.retry_at ?? null,
		time_zones: [...(verdict?.timeZones ?? [])],
		notice: verdict?.notice ?? null,
		code: failure?.code ?? null,
		message: failure?.message ?? null,
		description: failure?.description ?? null,
		call_log: callLog,
		checks: {
			request: request ? 'pass' : 'blocked',
			same_number: skip('sameNumber', sameNumberTwice === 'callOnce'),
			do_not_call: verdict?.checks.doNotCall ?? 'not_checked',
			consent: verdict?.checks.consent ?? 'not_checked',
			allowed_countries: verdict?.checks.allowedCountries ?? 'not_checked',
			allow_premium_numbers: verdict?.checks.allowPremiumNumbers ?? 'not_checked',
			time_zone: verdict?.checks.timeZone ?? 'not_checked',
			hours: verdict?.checks.hours ?? 'not_checked',
			not_before: verdict?.checks.notBefore ?? 'not_checked',
			not_after: verdict?.checks.notAfter ?? 'not_checked',
			attempt_limit: verdict?.checks.attemptLimit ?? 'not_checked',
			from_number: found?.admission.fromCheck ?? 'not_checked',
			max_calls: skip('runLimit', maxCalls !== Infinity),
			// Only KrosAI, n8n's memory or a register could tell, and none of them is asked.
			called_before: 'not_checked',
			free_line: 'not_checked',
			krosai: 'not_checked',
			national_registers: 'not_checked',
		},
		request: request ? { ...request, ...(from_number && { from_number }) } : null,
	};
}
