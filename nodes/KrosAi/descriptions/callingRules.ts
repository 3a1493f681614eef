import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { COUNTRY_OPTIONS } from './countryOptions';

/** In the order of the week, not of the alphabet. */
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map(
	(name) => ({ name, value: name.toLowerCase() }),
);

/** n8n compares a condition's value in depth; its types allow only simple ones. */
const NO_RULES = {} as unknown as string;

const WHEN_BLOCKED: INodeProperties = {
	displayName: 'When Blocked',
	name: 'whenBlocked',
	type: 'options',
	default: 'error',
	options: [
		{
			name: 'Send to Error Output',
			value: 'error',
			description:
				'The item goes where On Error sends it, with the reason and the time from which the rules allow the call',
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'The item goes on among the calls, marked as skipped, and stops nothing',
		},
	],
	description:
		'What becomes of a contact that Calling Hours or Calling Rules keep from being called',
};

/** A row of its own for each part of the week. */
function callingHoursRowsField(show: IDisplayOptions['show']): INodeProperties {
	return {
		displayName: 'Hours',
		name: 'callingHoursRows',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, minRequiredFields: 1 },
		// A row that is shown and stored at once, by the defaults of its fields.
		default: { row: [{}] },
		placeholder: 'Add Hours',
		description: 'The days and times at which calls may start. At least one row.',
		displayOptions: { show: { ...show, callingHours: ['custom'] } },
		options: [
			{
				displayName: 'Row',
				name: 'row',
				values: [
					{
						displayName: 'Days',
						name: 'days',
						type: 'multiOptions',
						default: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
						options: DAYS,
						description: 'The days on which these hours begin',
					},
					{
						displayName: 'From',
						name: 'from',
						type: 'string',
						default: '09:00',
						placeholder: 'e.g. 09:00',
						description: 'The first minute in which a call may start, on the 24-hour clock',
					},
					{
						displayName: 'To',
						name: 'to',
						type: 'string',
						default: '18:00',
						placeholder: 'e.g. 18:00',
						description:
							'From this minute on no call starts. Up to 24:00; a time before From is on the next day.',
					},
				],
			},
		],
	};
}

/** Who may be called and when: a section of the panel for each operation that starts calls. */
export function callingRuleFields(show: IDisplayOptions['show']): INodeProperties[] {
	return [
		{
			displayName: 'Calling Hours',
			name: 'callingHours',
			type: 'options',
			noDataExpression: true,
			default: 'any',
			options: [
				{ name: 'Any Time', value: 'any' },
				{ name: 'Monday to Friday, 9:00 to 18:00', value: 'weekdays' },
				{ name: 'Every Day, 9:00 to 20:00', value: 'daily' },
				{ name: 'Custom', value: 'custom' },
			],
			description:
				"When calls may start, by the called person's clock. The zone comes from the number, or from Time Zone under Calling Rules.",
			displayOptions: { show },
		},
		callingHoursRowsField(show),
		{
			displayName: 'Calling Rules',
			name: 'callingRules',
			type: 'collection',
			placeholder: 'Add rule',
			default: {},
			description:
				'Which contacts this node may call. Calling Hours and each rule are asked just before a call is started, so that a long list stops when the hours end.',
			displayOptions: { show },
			options: [
				{
					displayName: 'Allow Premium Numbers',
					name: 'allowPremiumNumbers',
					type: 'boolean',
					default: false,
					description:
						'Whether to call premium-rate, shared-cost and satellite numbers, which can cost many times as much as others',
				},
				{
					displayName: 'Allowed Countries',
					name: 'allowedCountries',
					type: 'multiOptions',
					default: [],
					options: COUNTRY_OPTIONS,
					description:
						'Only numbers of these countries are called. Choose none to allow all. An expression gives two-letter codes, as a list or separated by commas.',
				},
				{
					displayName: 'Blocked Dates',
					name: 'blockedDates',
					type: 'string',
					default: '',
					placeholder: 'e.g. 2026-12-25, 2027-01-01',
					description:
						"Days without calls, such as public holidays, in the called person's calendar. Separate them by commas or lines, or give a list by an expression.",
				},
				{
					displayName: 'Consent',
					name: 'consent',
					type: 'string',
					default: '',
					placeholder: 'e.g. {{ $json.consent }}',
					description:
						'An expression that says whether this contact has agreed to be called. Only true, or the text "true" or "yes", lets the call through; anything else and nothing block it.',
				},
				{
					displayName: 'Do Not Call',
					name: 'doNotCall',
					type: 'string',
					typeOptions: { rows: 3 },
					default: '',
					placeholder: 'e.g. +14155550123, +2348012345678',
					description:
						"Numbers that are never called, separated by commas or lines, or a list by an expression. Written in any way that To Number understands. An entry that can't be read blocks all calls, because it isn't known whose number it is.",
				},
				{
					displayName: 'Hours',
					name: 'attemptHours',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 24,
					description:
						'In how many of the last hours Most Calls to a Number counts, such as 168 for a week. It has no effect without that rule, which counts in 24 hours where this one is not added.',
				},
				{
					displayName: 'Most Calls to a Number',
					name: 'attemptLimit',
					type: 'number',
					typeOptions: { minValue: 1, numberPrecision: 0 },
					default: 3,
					description:
						"How many calls a phone may get in 24 hours, or in Hours. Counted are all outbound calls of your organization in KrosAI's call log, whatever workflow or person made them, and those of this execution. The API key needs the scope calls:read: where the log can't be read, the contact is not called.",
				},
				{
					displayName: 'Not After',
					name: 'notAfter',
					type: 'dateTime',
					default: '',
					description:
						"The time after which this contact is not called, mostly by an expression. Without a zone of its own it is by the called person's clock. Leave empty for no such time.",
				},
				{
					displayName: 'Not Before',
					name: 'notBefore',
					type: 'dateTime',
					default: '',
					description:
						"The time before which this contact is not called, such as one that was agreed, mostly by an expression. Without a zone of its own it is by the called person's clock. Leave empty for no such time.",
				},
				{
					displayName: 'Time Zone',
					name: 'timeZone',
					type: 'string',
					default: '',
					placeholder: 'e.g. {{ $json.time_zone }}',
					description:
						"The called person's time zone, by its IANA name such as America/Chicago. Leave empty to go by the number, which shows where it was issued and not where the person is; of a number that can belong to several zones, all have to be inside the calling hours. Counts for Calling Hours, Blocked Dates, Not Before and Not After.",
				},
			],
		},
		// Without hours and rules premium numbers alone are blocked. Two, since n8n hides on any match.
		{ ...WHEN_BLOCKED, displayOptions: { show, hide: { callingHours: ['any'] } } },
		{
			...WHEN_BLOCKED,
			displayOptions: {
				show: { ...show, callingHours: ['any'] },
				hide: { callingRules: [{ _cnd: { eq: NO_RULES } }] },
			},
		},
		{
			displayName: 'Dry Run',
			name: 'dryRun',
			type: 'boolean',
			default: false,
			description:
				'Whether to place no call, and only say who would be called, when, with what, and why not. Nothing is sent to KrosAI; only its call log is read where Most Calls to a Number or Most Calls per From Number is set.',
			displayOptions: { show },
		},
	];
}
