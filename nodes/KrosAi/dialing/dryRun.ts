import type { IDataObject } from 'n8n-workflow';
import { toFailure } from '../api/failure';
import type { CallRequest } from '../parameters/callRequest';
import type { CallFailure } from '../api/types';
import { timeZonesOf } from '../rules/callingRules';
import { clockOf, toLocalIso } from '../rules/timeZones';
import { toJson } from '../util/json';
import { capitalize, showRow } from '../util/quote';
import { preview } from './preview';
import type { Finding, PreviewOptions, PreviewedContact } from './preview';

export interface DryRunOptions extends PreviewOptions {
	/** Whether KrosAI's call log was read to where it is asked for; undefined where nothing asks for it. */
	isLogRead: boolean | undefined;
}

/**
 * What a campaign would do if it began now, by all that can be known without starting a call: who would
 * be called, when at the earliest, with what, and why not.
 *
 * @returns the columns of a table for each contact, in their order: texts, switches and null alone
 */
export function dryRun(
	contacts: PreviewedContact[],
	{ isLogRead, ...options }: DryRunOptions,
): IDataObject[] {
	const callLog = isLogRead === undefined ? 'not_asked' : isLogRead ? 'read' : 'unreadable';
	return preview(contacts, options).map((finding, item) => {
		const contact = contacts[item]!;
		const request = contact.state === 'ready' ? contact.request : undefined;
		const timeZone = contact.state === 'ready' ? contact.rules.timeZone : '';
		return toColumns(finding, { request, timeZone, callLog, ...options });
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
				message: `${showRow(finding.caller)} calls this phone`,
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

interface Subject extends Pick<PreviewOptions, 'maxCalls' | 'sameNumberTwice'> {
	request: CallRequest | undefined;
	/** Of the settings; '' = from the number. */
	timeZone: string;
	callLog: string;
}

function toColumns(
	finding: Finding,
	{ request, timeZone, callLog, maxCalls, sameNumberTwice }: Subject,
): IDataObject {
	const failure = failureOf(finding, request?.to_number);
	const found = 'admission' in finding ? finding : undefined;
	const { verdict, from_number } = found?.admission ?? {};
	const skip = (state: Finding['state'], isAsked: boolean) =>
		!found || !isAsked ? 'not_checked' : finding.state === state ? 'blocked' : 'pass';
	const { checks } = verdict ?? {};
	const zones = request ? timeZonesOf(request.to_number, timeZone) : [];
	return {
		would_call: failure === null,
		reason: failure && reasonOf(failure),
		call_at: failure || !found ? null : toLocalIso(clockOf(zones, found.callAt), found.callAt),
		to_number: request?.to_number ?? null,
		retry_at: failure?.retry_at ?? null,
		time_zone: zones.join(', ') || null,
		// By the names of the panel. Only KrosAI, n8n's memory or a register could tell more.
		checks: describeChecks({
			Request: request ? 'pass' : 'blocked',
			'Same Number Twice': skip('sameNumber', sameNumberTwice === 'callOnce'),
			'Do Not Call': checks?.doNotCall,
			Consent: checks?.consent,
			'Allowed Countries': checks?.allowedCountries,
			'Premium Numbers': checks?.allowPremiumNumbers,
			'Time Zone': checks?.timeZone,
			'Calling Hours': checks?.hours,
			'Not Before': checks?.notBefore,
			'Not After': checks?.notAfter,
			'Most Calls to a Number': checks?.attemptLimit,
			'Most Calls per From Number': found?.admission.fromCheck,
			'Most Calls': skip('runLimit', maxCalls !== Infinity),
		}),
		notice: verdict?.notice ?? null,
		code: failure?.code ?? null,
		from_number: from_number ?? request?.from_number ?? null,
		metadata: request?.metadata ? toJson(request.metadata) : null,
		call_log: callLog,
		dry_run: true,
	};
}

/** In one text, without the number, which has a column of its own. */
function reasonOf({ message, description }: CallFailure): string {
	const why = message.replace(/^Call to \+\d+: (not started|skipped), because /, '');
	return `${capitalize(why)}. ${description}`;
}

/** Those that were made: "Passed: Request, Consent. Blocked: Calling Hours." */
function describeChecks(checks: Record<string, string | undefined>): string {
	const named = (wanted: string) =>
		Object.keys(checks)
			.filter((name) => checks[name] === wanted)
			.join(', ');
	const [passed, blocked] = [named('pass'), named('blocked')];
	return [
		...(passed ? [`Passed: ${passed}.`] : []),
		...(blocked ? [`Blocked: ${blocked}.`] : []),
	].join(' ');
}
