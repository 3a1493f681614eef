import type { INodeProperties } from 'n8n-workflow';

/**
 * Fields that mean the same wherever a call is started or looked for: in the node's operations, in
 * the filters of the call log and in the options of the trigger.
 */

/** What a field says of itself where it is used. */
type Words = Pick<INodeProperties, 'description' | 'displayOptions' | 'required'>;

/**
 * A field for something of KrosAI's, chosen from a list or written by hand.
 *
 * @param list what the empty list says, and the method that fills it
 * @param byHand the mode without a list; its name is kept in saved workflows
 */
export function locatorField(
	field: Words & Pick<INodeProperties, 'displayName' | 'name'>,
	list: { placeholder: string; searchListMethod: string },
	byHand: { displayName: string; name: string; placeholder: string },
): INodeProperties {
	return {
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: list.placeholder,
				typeOptions: { searchListMethod: list.searchListMethod, searchable: true },
			},
			{ ...byHand, type: 'string' },
		],
		...field,
	};
}

export function endpointField(words: Words): INodeProperties {
	return locatorField(
		{ displayName: 'AI Agent (Endpoint)', name: 'endpointId', ...words },
		{ placeholder: 'Select an AI agent...', searchListMethod: 'searchEndpoints' },
		{ displayName: 'By ID', name: 'id', placeholder: 'e.g. ep_abc123' },
	);
}

/** @param example a key and a value that stand in the empty fields of a row */
export function metadataField(
	words: Words,
	example: { key: string; value: string },
): INodeProperties {
	return {
		displayName: 'Metadata',
		name: 'metadata',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: 'Add Metadata',
		options: [
			{
				displayName: 'Entry',
				name: 'entry',
				values: [
					{
						displayName: 'Key',
						name: 'key',
						type: 'string',
						default: '',
						placeholder: `e.g. ${example.key}`,
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: `e.g. ${example.value}`,
					},
				],
			},
		],
		...words,
	};
}

/** Which calls: those that came in, or those that went out. */
export const DIRECTION_FILTER: INodeProperties = {
	displayName: 'Direction',
	name: 'direction',
	type: 'options',
	default: 'outbound',
	options: [
		{ name: 'Inbound', value: 'inbound' },
		{ name: 'Outbound', value: 'outbound' },
	],
	description: 'Only calls of this direction',
};

export const ENDPOINT_FILTER = endpointField({ description: 'Only calls that this AI agent held' });

/** @param example see `metadataField` */
export function metadataFilter(example: { key: string; value: string }): INodeProperties {
	return metadataField({ description: 'Only calls whose metadata has all these values' }, example);
}

/** Only calls from or to this number. */
export function numberFilter(end: 'from' | 'to'): INodeProperties {
	const isFrom = end === 'from';
	return {
		displayName: isFrom ? 'From Number' : 'To Number',
		name: `${end}Number`,
		type: 'string',
		default: '',
		placeholder: `e.g. ${isFrom ? '+2348012345678' : '+14155550123'}`,
		description: `Only calls ${end} this number, with plus sign and country code`,
	};
}
