// Checks of options. Each throws an Error that names the option and the value that is impossible.

export function requireOneOf(option: string, value: unknown, allowed: readonly unknown[]): void {
	if (!allowed.includes(value)) {
		throw new Error(`${option} must be one of ${allowed.join(', ')}, not ${value}`);
	}
}

export function requirePositive(option: string, value: unknown): void {
	if (typeof value !== 'number' || !(value > 0)) {
		throw new Error(`${option} must be a number above 0, not ${value}`);
	}
}

export function requireBoolean(option: string, value: unknown): void {
	if (typeof value !== 'boolean') throw new Error(`${option} must be true or false, not ${value}`);
}
