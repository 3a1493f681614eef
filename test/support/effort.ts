/**
 * How long this process has been at work so far, in ms. Unlike the time on a clock it does not grow
 * while others have the processor.
 */
export function effort(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}
