import type { ContactResult } from '../../dialing/contactList';

/** Why a contact was skipped, for those reasons that are no rule of the Calling Rules. */
const REASONS: Record<string, string> = {
	ALREADY_CALLED: 'called before',
	RUN_LIMIT: 'Most Calls',
	SAME_NUMBER: 'same number',
};

/**
 * What became of a list that is over, such as "12 called, 3 skipped (same number), 2 not called".
 *
 * @returns undefined where each contact was called
 */
export function summaryOf(results: ContactResult[]): string | undefined {
	const counts = new Map([['called', 0]]);
	for (const words of results.map(countWordsOf)) counts.set(words, (counts.get(words) ?? 0) + 1);
	if (counts.get('called') === results.length) return undefined;
	return countsOf(counts);
}

/** "12 called, 3 skipped (same number), 2 not called" */
export function countsOf(counts: Map<string, number>): string {
	return ORDER.flatMap((start) =>
		[...counts]
			.filter(([words, count]) => words.startsWith(start) && (count > 0 || words === 'called'))
			.map(([words, count]) => `${count} ${words}`),
	).join(', ');
}

/** For a run in which one is unknown. */
export const LOOK_FIRST =
	'Unknown: the phone may have rung. Look for the number with Call → Get Many, by To Number and After, before you call it.';

const ORDER = ['called', 'skipped', 'not called', 'unknown'];

/** What became of a contact, as it is counted. */
export function countWordsOf(result: ContactResult): string {
	switch (result.state) {
		case 'called':
			return 'called';
		case 'failed':
			return result.failure.placed === 'no' ? 'not called' : 'unknown whether called';
		case 'skipped':
			return `skipped (${REASONS[String(result.skipped.reason)] ?? 'Calling Rules'})`;
	}
}
