import { showGiven } from '../util/quote';
import { asBoolean } from '../util/coerce';
import { ItemFailure } from './failure';
import type { Item } from './forEachItem';
import { labelOf } from './labels';

/** @throws ItemFailure where a switch of the panel is by its expression neither true nor false */
export function readSwitch({ read }: Item, parameter: string): boolean {
	const value = read(parameter);
	const isOn = asBoolean(value);
	if (isOn !== undefined) return isOn;
	const label = labelOf(parameter);
	throw new ItemFailure({
		field: parameter,
		value,
		message: `${label} is ${showGiven(value)}, which is neither true nor false`,
		description: `Switch ${label} on or off, or have its expression give true or false.`,
	});
}
