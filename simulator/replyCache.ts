import type { Reply } from './http';

interface Kept {
	reply: Reply;
	/** On the process's own clock, in ms. */
	since: number;
}

/** Answers that may serve again: a cache in front of the call log, or of repeated requests. */
export class ReplyCache {
	private readonly kept = new Map<string, Kept>();

	/**
	 * @param question what must be the same for an answer to serve again
	 * @param seconds how old an answer may be, in real time; 0 = nothing is kept
	 * @param ask for an answer of now; what it throws is not kept
	 * @returns the answer, and how old it is in seconds; null = it was made now
	 */
	answer(
		question: string,
		seconds: number,
		ask: () => Reply,
	): { reply: Reply; ageSeconds: number | null } {
		const earlier = this.kept.get(question);
		const ageSeconds = earlier ? (performance.now() - earlier.since) / 1000 : Infinity;
		if (earlier && ageSeconds < seconds) return { reply: earlier.reply, ageSeconds };
		const reply = ask();
		this.kept.set(question, { reply, since: performance.now() });
		return { reply, ageSeconds: null };
	}

	forget(): void {
		this.kept.clear();
	}
}
