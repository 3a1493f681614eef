import type { Reply } from './http';

interface Kept {
	reply: Reply;
	/** On the process's own clock, in ms. */
	since: number;
}

/** A cache in front of the call log: a client may get an answer that was made for an earlier one. */
export class LogCache {
	private readonly kept = new Map<string, Kept>();

	/**
	 * @param question what must be the same for an answer to serve again
	 * @param seconds how old an answer may be, in real time; 0 = nothing is kept
	 * @param ask for an answer of now, with its `date`
	 */
	answer(question: string, seconds: number, ask: () => Reply): Reply {
		const earlier = this.kept.get(question);
		const ageSeconds = earlier ? (performance.now() - earlier.since) / 1000 : Infinity;
		if (earlier && ageSeconds < seconds) {
			const headers = { ...earlier.reply.headers, age: String(Math.floor(ageSeconds)) };
			return { ...earlier.reply, headers };
		}
		const reply = ask();
		this.kept.set(question, { reply, since: performance.now() });
		return reply;
	}

	forget(): void {
		this.kept.clear();
	}
}
