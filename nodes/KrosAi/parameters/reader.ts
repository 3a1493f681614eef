import type { IExecuteFunctions } from 'n8n-workflow';

/** Reads a parameter as it is for one item, with null for one that is not there. */
export type ReadParameter = (name: string, itemIndex: number, extractValue?: boolean) => unknown;

/**
 * Reads the node's parameters for one item after another. One without an expression is the same for
 * all items and is read once, which a list of thousands notices. Its value is shared: change nothing
 * in it.
 */
export function parameterReader(context: IExecuteFunctions): ReadParameter {
	const { parameters } = context.getNode();
	const isFixed = new Map<string, boolean>();
	const values = new Map<string, unknown>();
	return (name, itemIndex, extractValue = false) => {
		if (values.has(name)) return values.get(name);
		const value: unknown = context.getNodeParameter(name, itemIndex, null, { extractValue });
		if (!isFixed.has(name)) isFixed.set(name, isWithoutExpression(parameters[name.split('.')[0]!]));
		if (isFixed.get(name)) values.set(name, value);
		return value;
	};
}

/** Whether a parameter as it is stored holds no expression, which begins with an equals sign. */
function isWithoutExpression(stored: unknown): boolean {
	if (typeof stored === 'object' && stored !== null) {
		return Object.values(stored).every(isWithoutExpression);
	}
	// What isn't stored may come from anywhere.
	return stored !== undefined && !String(stored).startsWith('=');
}
