import type { INodeProperties } from 'n8n-workflow';
import { endpointField, locatorField, metadataField } from './commonFields';
import { callingRuleFields } from './callingRules';
import { COUNTRY_OPTIONS } from './countryOptions';
import { showFor } from './showFor';

const show = showFor('call', 'initiate', 'initiateAndWait');
const displayOptions = { show };

/** The fields of an outbound call (Spec, Request Body), for each operation that starts one. */
export const CALL_FIELDS: INodeProperties[] = [
	locatorField(
		{
			displayName: 'From Number',
			name: 'fromNumber',
			required: true,
			description: 'Your KrosAI phone number that the call comes from',
			displayOptions,
		},
		{ placeholder: 'Select a number...', searchListMethod: 'searchPhoneNumbers' },
		{ displayName: 'By Number', name: 'number', placeholder: 'e.g. +2348012345678' },
	),
	{
		displayName: 'To Number',
		name: 'toNumber',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. +14155550123',
		description:
			'The phone number to call, with plus sign and country code (E.164). Numbers without a country code work if Default Country is set under Options.',
		displayOptions,
	},
	endpointField({
		required: true,
		description: 'The AI agent that talks on the call',
		displayOptions,
	}),
	{
		displayName: 'Maximum Duration (Seconds)',
		name: 'maxDuration',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 600,
		description: 'How long the call may last. KrosAI ends it at this limit. Set to 0 for no limit.',
		hint: '60 is one minute, 600 ten minutes, 3600 an hour',
		displayOptions,
	},
	{
		displayName: 'Specify Metadata',
		name: 'specifyMetadata',
		type: 'options',
		options: [
			{ name: 'Using Fields Below', value: 'keyValue' },
			{ name: 'Using JSON', value: 'json' },
		],
		default: 'keyValue',
		description: 'How to write the data that KrosAI attaches to the call',
		displayOptions,
	},
	metadataField(
		{
			description: 'Comes back in webhooks and call logs, for example to find the customer again',
			displayOptions: { show: { ...show, specifyMetadata: ['keyValue'] } },
		},
		{ key: 'customer_id', value: 'cust_123' },
	),
	{
		displayName: 'Metadata (JSON)',
		name: 'metadataJson',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "customer_id": "cust_123" }',
		description:
			'A JSON object that comes back in webhooks and call logs, for example to find the customer again',
		displayOptions: { show: { ...show, specifyMetadata: ['json'] } },
	},
	...callingRuleFields(show),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions,
		options: [
			{
				displayName: 'Calls per Second',
				name: 'callsPerSecond',
				type: 'number',
				typeOptions: { minValue: 0.1 },
				default: 10,
				description:
					'How many calls to start in a second at most. KrosAI accepts 10, from all workflows together. How many go on at once depends on your plan (Free 1, Pro 10, Business 50): the rest of the list waits for a free line. Read once, for the whole run.',
			},
			{
				displayName: 'Check Call Status Every (Sec)',
				name: 'pollSeconds',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 10,
				displayOptions: { show: { '/operation': ['initiateAndWait'] } },
				description:
					"How often to ask KrosAI whether the calls have ended, instead of being called back. It works where KrosAI can't reach this n8n, but n8n is busy with the workflow until the calls have ended. Set to 0 to be called back. Read once, for the whole run.",
			},
			{
				displayName: 'Choose From Number',
				name: 'chooseFromNumber',
				type: 'options',
				default: 'inTurn',
				options: [
					{
						name: 'Closest to the Called Number',
						value: 'closest',
						description:
							'One of the same country, the most alike in its first digits; else From Number',
					},
					{
						name: 'In Turn',
						value: 'inTurn',
						description: 'One after the other, beginning with From Number in each execution',
					},
				],
				description:
					'Which of From Number and More From Numbers a contact is called from. A retry keeps the choice.',
			},
			{
				displayName: 'Default Country',
				name: 'defaultCountry',
				type: 'options',
				default: '',
				options: [{ name: 'None (Country Code Required)', value: '' }, ...COUNTRY_OPTIONS],
				description: 'The country of phone numbers that are written without a country code',
			},
			{
				displayName: 'Include Input Fields',
				name: 'includeInputFields',
				type: 'boolean',
				default: false,
				description:
					"Whether to put the fields of the input item beside the call's. Of a field that both have, the call's value counts.",
			},
			{
				displayName: 'Limit Wait Time (Minutes)',
				name: 'waitLimitMinutes',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 15,
				displayOptions: { show: { '/operation': ['initiateAndWait'] } },
				description:
					'How long to wait for the calls to end, once they are placed. Then the workflow goes on with what is known. Without this option it is the Maximum Duration and five minutes, or two hours where there is no maximum. Read once, for the whole run.',
			},
			{
				displayName: 'Look Up Unknown Calls',
				name: 'lookUpUnknownCalls',
				type: 'options',
				default: 'byNumber',
				options: [
					{
						name: 'By Key in Metadata',
						value: 'byKey',
						description: 'Adds a key of its own to the metadata of each call (n8n_look_up_key)',
					},
					{
						name: 'By Number and Time',
						value: 'byNumber',
						description: 'Finds a call that alone fits in numbers, endpoint, metadata and time',
					},
					{ name: 'Off', value: 'off' },
				],
				description:
					"How to find a call in KrosAI's call log whose answer was lost, as after a timeout. The API key needs the scope calls:read. It takes up to ten seconds at the end of a run in which that happened. Read once, for the whole run.",
			},
			{
				displayName: 'More From Numbers',
				name: 'moreFromNumbers',
				type: 'string',
				default: '',
				placeholder: 'e.g. +14155550100, +14155550101',
				description:
					'KrosAI phone numbers of yours to call from, beside From Number: separated by commas or lines, or a list by an expression. Choose From Number says which one.',
			},
			{
				displayName: 'Most Calls',
				name: 'maxCalls',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 5,
				description:
					'How many calls one run starts at most, those of earlier tries counted: the rest of the list goes on marked as skipped. For an AI agent it counts over all uses of the tool in one execution. Read once, for the whole run.',
			},
			{
				displayName: 'Most Calls per From Number',
				name: 'fromNumberDailyLimit',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: 100,
				hint: 'In 24 hours',
				description:
					"How many calls From Number, and each of More From Numbers, makes in 24 hours at most. Counted as by Most Calls to a Number, with KrosAI's call log: the API key needs the scope calls:read.",
			},
			{
				displayName: 'Number Check',
				name: 'numberCheck',
				type: 'options',
				default: 'strict',
				options: [
					{
						name: 'Possible',
						value: 'possible',
						description: 'The number has the right length for its country, whatever its digits are',
					},
					{
						name: 'Strict',
						value: 'strict',
						description: 'The number is in a range that its country has in service',
					},
				],
				description:
					'What To Number has to show to be called. Possible is for ranges that came into service after this version of the node, whose data says that the number does not exist.',
			},
			{
				displayName: 'Same Number Twice',
				name: 'sameNumberTwice',
				type: 'options',
				default: 'callOnce',
				options: [
					{
						name: 'Call Each',
						value: 'callEach',
						description: 'Each item is a call, also where an item before it has the same number',
					},
					{
						name: 'Call Once',
						value: 'callOnce',
						description: 'The first item is a call, and later ones go on marked as skipped',
					},
				],
				description:
					'What becomes of items of one run whose numbers are the same phone, however they are written. The rounds of a loop are runs of their own. Read once, for the whole run.',
			},
			{
				displayName: 'Skip Already Called (Key)',
				name: 'callOnlyOncePerKey',
				type: 'string',
				default: '',
				placeholder: 'e.g. {{ $json.contact_id }}-{{ $json.campaign }}',
				description:
					'An expression that tells contacts apart. Whose key was called before, in any execution of this workflow, is skipped. Holds for executions one after another, through crashes and restarts, and for executions at the same time in one process of n8n. Where it holds To Number as it is written there, the phone counts and not its writing.',
			},
			{
				displayName: 'Wait for a Free Line (Minutes)',
				name: 'waitForLineMinutes',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 15,
				description:
					'How long to wait while all lines of your plan are in use (Free 1, Pro 10, Business 50). It counts from the last call that KrosAI accepted: after so long without one, the contacts that are left are not called. Should be longer than your calls usually last. Read once, for the whole run.',
			},
			{
				displayName: 'Webhook URL',
				name: 'webhookUrl',
				type: 'string',
				default: '',
				displayOptions: { show: { '/operation': ['initiate'] } },
				placeholder: 'e.g. https://example.com/krosai',
				description:
					"Where KrosAI sends the events of this call, instead of to your usual webhooks. A KrosAI Trigger that isn't at this address hears nothing of the call.",
			},
		],
	},
];
