import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import {
	DIRECTION_FILTER,
	ENDPOINT_FILTER,
	locatorField,
	metadataFilter,
	numberFilter,
} from './commonFields';

const AFTER: INodeProperties = {
	displayName: 'After',
	name: 'after',
	type: 'dateTime',
	default: '',
	description: 'Only calls created at this time or later',
};

const BEFORE: INodeProperties = {
	displayName: 'Before',
	name: 'before',
	type: 'dateTime',
	default: '',
	description: 'Only calls created earlier than this time',
};

const PHONE_NUMBER_FILTER = locatorField(
	{
		displayName: 'Phone Number',
		name: 'phoneNumberId',
		description: 'Only calls over this number of yours, in either direction',
	},
	{ placeholder: 'Select a number...', searchListMethod: 'searchPhoneNumberIds' },
	{ displayName: 'By ID', name: 'id', placeholder: 'e.g. pn_abc123' },
);

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
			AFTER,
			ENDPOINT_FILTER,
			BEFORE,
			DIRECTION_FILTER,
			numberFilter('from'),
			metadataFilter({ key: 'customer_id', value: 'cust_123' }),
			PHONE_NUMBER_FILTER,
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
			numberFilter('to'),
		],
	};
}

/** Which calls are counted: KrosAI alone filters by these, and takes both ends of a time in. */
export function statisticsFiltersField(show: IDisplayOptions['show']): INodeProperties {
	return {
		...filtersField(show),
		options: [
			AFTER,
			ENDPOINT_FILTER,
			{ ...BEFORE, description: 'Only calls created at this time or earlier' },
			PHONE_NUMBER_FILTER,
		],
	};
}
