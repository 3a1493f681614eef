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
	for (const result of results) counts.set(wordsOf(result), (counts.get(wordsOf(result)) ?? 0) + 1);
	if (counts.get('called') === results.length) return undefined;
	return ORDER.flatMap((start) =>
		[...counts]
			.filter(([words]) => words.startsWith(start))
			.map(([words, count]) => `${count} ${words}`),
	).join(', ');
}

const ORDER = ['called', 'skipped', 'not called', 'unknown'];

function wordsOf(result: ContactResult): string {
	switch (result.state) {
		case 'called':
			return 'called';
		case 'failed':
			return result.failure.placed === 'no' ? 'not called' : 'unknown whether called';
		case 'skipped':
			return `skipped (${REASONS[String(result.skipped.reason)] ?? 'Calling Rules'})`;
	}
}
