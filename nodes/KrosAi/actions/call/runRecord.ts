import type { IExecuteFunctions } from 'n8n-workflow';
import { callIdOf } from '../../api/callLog';
import type { ContactResult } from '../../dialing/contactList';
import { countsOf, countWordsOf } from './runHint';

/** The key of the custom execution data; n8n has ten for the whole execution, also for the user's own. */
const KEY = 'krosai_calls';

/** n8n writes an error into its log for each value that is longer. */
const MOST_CHARACTERS = 255;

/** More never fit. */
const MOST_IDS = 20;

/** A part of what expressions know as `$execution`. */
interface CustomData {
	customData?: { set(key: string, value: string): void };
}

/**
 * What a run has done so far, in n8n's custom execution data, kept up as the run goes: of a run that is
 * stopped by hand, n8n keeps nothing else. Such as "Since 2026-11-28T09:00:00Z, of 300 contacts: 118
 * called, 2 not called. Last calls: call_b, call_a". After with that time finds all calls.
 */
export class RunRecord {
	private readonly words: string[] = [];
	private readonly counts = new Map<string, number>();
	private readonly lastIds: string[] = [];
	private readonly customData: CustomData['customData'];
	private readonly since = `${new Date().toISOString().slice(0, 19)}Z`;

	constructor(
		context: IExecuteFunctions,
		private readonly contactCount: number,
	) {
		const { $execution } = context.getWorkflowDataProxy(0) as { $execution?: CustomData };
		this.customData = $execution?.customData;
	}

	note(itemIndex: number, result: ContactResult): void {
		const before = this.words[itemIndex];
		if (before !== undefined) this.counts.set(before, this.counts.get(before)! - 1);
		const words = countWordsOf(result);
		this.words[itemIndex] = words;
		this.counts.set(words, (this.counts.get(words) ?? 0) + 1);
		const id = result.state === 'called' ? callIdOf(result.call) : undefined;
		if (id !== undefined) this.lastIds.unshift(id);
		this.lastIds.length = Math.min(this.lastIds.length, MOST_IDS);
		try {
			this.customData?.set(KEY, this.toText());
		} catch {
			// A run from the editor tells that n8n doesn't take it; the calls matter more.
		}
	}

	private toText(): string {
		let text = `Since ${this.since}, of ${this.contactCount} contacts: ${countsOf(this.counts)}`;
		for (const [index, id] of this.lastIds.entries()) {
			const longer = `${text}${index === 0 ? '. Last calls: ' : ', '}${id}`;
			if (longer.length > MOST_CHARACTERS) break;
			text = longer;
		}
		return text;
	}
}
