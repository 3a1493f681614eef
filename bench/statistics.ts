/** The middle one of an odd number of values; of an even number, the lower of the two. */
export function median(values: number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

/** Each of `ours` over the one of `theirs` that ran in the same round. */
export function ratios(ours: number[], theirs: number[]): number[] {
	return ours.map((value, round) => value / theirs[round]!);
}

/** `median 0.98 (0.97, 0.98, 0.99)` */
export function quote(values: number[], digits = 2): string {
	const list = values.map((value) => value.toFixed(digits)).join(', ');
	return `median ${median(values).toFixed(digits)} (${list})`;
}
