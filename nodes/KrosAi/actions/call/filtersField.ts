import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** Which calls of the log: those that fit everything that is set. */
export function filtersField(show: IDisplayOptions['show']): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'After',
				name: 'after',
				type: 'dateTime',
				default: '',
				description: 'Only calls created at this time or later',
			},
			{
				displayName: 'Before',
				name: 'before',
				type: 'dateTime',
				default: '',
				description: 'Only calls created earlier than this time',
			},
			{
				displayName: 'Direction',
				name: 'direction',
				type: 'options',
				default: 'outbound',
				options: [
					{ name: 'Inbound', value: 'inbound' },
					{ name: 'Outbound', value: 'outbound' },
				],
				description: 'Only calls of this direction',
			},
			{
				displayName: 'Endpoint',
				name: 'endpointId',
				type: 'resourceLocator',
				default: { mode: 'list', value: '' },
				description: 'Only calls that this AI agent held',
				modes: [
					{
						displayName: 'From List',
						name: 'list',
						type: 'list',
						placeholder: 'Select an endpoint...',
						typeOptions: { searchListMethod: 'searchEndpoints', searchable: true },
					},
					{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. ep_abc123' },
				],
			},
			{
				displayName: 'From Number',
				name: 'fromNumber',
				type: 'string',
				default: '',
				placeholder: 'e.g. +2348012345678',
				description: 'Only calls from this number, with plus sign and country code',
			},
			{
				displayName: 'Metadata',
				name: 'metadata',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				default: {},
				placeholder: 'Add Metadata',
				description: 'Only calls whose metadata has all these values',
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
								placeholder: 'e.g. customer_id',
							},
							{
								displayName: 'Value',
								name: 'value',
								type: 'string',
								default: '',
								placeholder: 'e.g. cust_123',
							},
						],
					},
				],
			},
			{
				displayName: 'Phone Number',
				name: 'phoneNumberId',
				type: 'resourceLocator',
				default: { mode: 'list', value: '' },
				description: 'Only calls over this number of yours, in either direction',
				modes: [
					{
						displayName: 'From List',
						name: 'list',
						type: 'list',
						placeholder: 'Select a number...',
						typeOptions: { searchListMethod: 'searchPhoneNumberIds', searchable: true },
					},
					{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. pn_abc123' },
				],
			},
			{
				displayName: 'Status',
				name: 'status',
				type: 'options',
				default: 'completed',
				options: [
					{ name: 'Answered', value: 'answered' },
					{ name: 'Busy', value: 'busy' },
					{ name: 'Completed', value: 'completed' },
					{ name: 'Failed', value: 'failed' },
					{ name: 'In Progress', value: 'in_progress' },
					{ name: 'Initiated', value: 'initiated' },
					{ name: 'No Answer', value: 'no_answer' },
					{ name: 'Ringing', value: 'ringing' },
				],
				description: 'Only calls that are in this state now',
			},
			{
				displayName: 'To Number',
				name: 'toNumber',
				type: 'string',
				default: '',
				placeholder: 'e.g. +14155550123',
				description: 'Only calls to this number, with plus sign and country code',
			},
		],
	};
}
