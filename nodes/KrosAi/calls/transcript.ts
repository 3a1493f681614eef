/** One turn of a conversation. */
export interface Turn {
	/** As KrosAI labels it: `Agent` or `Caller`; null for text in front of the first label. */
	speaker: string | null;
	text: string;
}

/** `[Agent]: …` at the start of a line (KrosAI docs, Recordings). */
const LABEL = /^[ \t]*\[([^\]\r\n]{1,60})\]:[ \t]*/gm;

/**
 * The turns of a transcript, in their order. A turn may go over several lines; what isn't labelled
 * at the start of a line belongs to the turn before.
 *
 * @param transcript KrosAI's string; anything else has no turns
 */
export function readTurns(transcript: unknown): Turn[] {
	if (typeof transcript !== 'string') return [];
	const labels = [...transcript.matchAll(LABEL)];
	const start = transcript.slice(0, labels[0]?.index ?? transcript.length).trim();
	return [
		...(start ? [{ speaker: null, text: start }] : []),
		...labels.map((label, index) => ({
			speaker: label[1]!.trim(),
			text: transcript.slice(label.index + label[0].length, labels[index + 1]?.index).trim(),
		})),
	];
}
