import type { CampaignOptions } from '../parameters/campaignOptions';
import { aliasesOf } from '../phone/phoneNumber';
import { admit } from './admission';
import type { Admission, Candidate } from './admission';
import type { CallCounts } from './callCounts';
import type { Failed } from './contactList';

export type PreviewedContact = (Candidate & { state: 'ready' }) | Failed;

export interface PreviewOptions extends Pick<
	CampaignOptions,
	'callsPerSecond' | 'maxCalls' | 'sameNumberTwice'
> {
	/** In ms since 1970. */
	now: number;
	/** Counts on with each contact who would be called. */
	counts: CallCounts;
	/** Who was called in an earlier try, or may have been. */
	isCalled?: (item: number) => boolean;
}

/** What would become of a contact. `callAt`: in ms since 1970, at the earliest. */
export type Finding =
	| Failed
	| { state: 'calledBefore' }
	/** A contact before this one has its phone: `caller`. */
	| ({ state: 'sameNumber'; caller: number } & Found)
	| ({ state: 'runLimit' } & Found)
	/** A rule is in the way: `admission.failure`. */
	| ({ state: 'blocked' } & Found)
	| ({ state: 'wouldCall' } & Found);

interface Found {
	admission: Admission;
	callAt: number;
}

/**
 * What would become of each contact if the run began now, KrosAI took every call, and nothing else
 * changed.
 */
export function preview(
	contacts: PreviewedContact[],
	{ now, counts, callsPerSecond, maxCalls, sameNumberTwice, isCalled }: PreviewOptions,
): Finding[] {
	let starts = 0;
	let last: string | undefined;
	/** The contact that calls a phone. */
	const callers = new Map<string, number>();
	return contacts.map((contact, item): Finding => {
		if (contact.state === 'failed') return contact;
		const [phone] = aliasesOf(contact.request.to_number);
		if (isCalled?.(item)) {
			callers.set(phone, item);
			return { state: 'calledBefore' };
		}
		const caller = sameNumberTwice === 'callOnce' ? callers.get(phone) : undefined;
		const at = { now: now + (starts * 1000) / callsPerSecond, isRepeat: caller !== undefined };
		const admission = admit(contact, at, counts, { last });
		const found = { admission, callAt: at.now };
		if (admission.failure) return { state: 'blocked', ...found };
		if (caller !== undefined) return { state: 'sameNumber', caller, ...found };
		if (counts.hasStarted(maxCalls)) return { state: 'runLimit', ...found };
		starts += 1;
		callers.set(phone, item);
		last = admission.from_number;
		const { to_number } = contact.request;
		counts.begin(String(item), { to_number, from_number: last, at: at.now });
		counts.settle(String(item));
		return { state: 'wouldCall', ...found };
	});
}
