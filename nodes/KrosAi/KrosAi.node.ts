import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { CALLED_AGAIN } from './actions/call/manualRunHint';
import { RESOURCES } from './actions/resources';
import { router } from './actions/router';
import { krosAiApiTest } from './methods/credentialTest';
import { searchEndpoints, searchPhoneNumberIds, searchPhoneNumbers } from './methods/listSearch';
import { receiveCallback } from './waiting/receive';
import { CALLBACK_WEBHOOKS } from './waiting/webhook';

/** A list that may take an hour and more on one line. */
const LONG_LIST =
	'={{ $parameter["maxDuration"] !== undefined && !$parameter["dryRun"] && $input.all().length > 1 && $input.all().length * (Number($parameter["maxDuration"]) || 600) > 3600 }}';

/** What the editor shows of the KrosAI node. */
export class KrosAi implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KrosAI',
		name: 'krosAi',
		icon: { light: 'file:krosai.svg', dark: 'file:krosai.dark.svg' },
		group: ['output'],
		version: 1,
		// A text of its own, because n8n's linter reads no other.
		subtitle:
			'={{ ({ downloadRecording: "Download Recording", get: "Get", getAll: "Get Many", getEvents: "Get Events", getStatistics: "Get Statistics", hangUp: "Hang Up", initiate: "Initiate", initiateAndWait: "Initiate and Wait", retry: "Retry" })[$parameter["operation"]] + ": " + ({ call: "Call", endpoint: "Endpoint", phoneNumber: "Phone Number", webhookDelivery: "Webhook Delivery" })[$parameter["resource"]] }}',
		description: 'Place outbound phone calls handled by a KrosAI AI agent',
		defaults: { name: 'KrosAI' },
		usableAsTool: true,
		// For n8n's own assistant, which builds workflows by these words.
		builderHint: {
			searchHint:
				"Each input item of Initiate and of Initiate and Wait is one real phone call that costs money. Give the node the whole list of contacts instead of a loop: it keeps to a rate, waits for free lines and calls a number once. Set onError to continueErrorOutput: contacts that can't be called leave there, each with its row and the reason. Dry Run shows what would happen and calls no contact.",
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-krosai.krosAiTrigger',
					relationHint:
						'Starts a workflow when a call has ended, with its outcome and metadata. Pair it with Initiate, which does not wait. Initiate and Wait needs no trigger.',
				},
			],
		},
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'krosAiApi', required: true, testedBy: 'krosAiApiTest' }],
		webhooks: CALLBACK_WEBHOOKS,
		hints: [
			{
				message:
					"Webhook URL replaces the usual delivery: a KrosAI Trigger that isn't at this address hears nothing of these calls.",
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'always',
				displayCondition:
					'={{ $parameter["operation"] === "initiate" && !!$parameter["options"]?.["webhookUrl"] }}',
			},
			{
				message:
					'These calls report to this node alone: a KrosAI Trigger elsewhere hears nothing of them.',
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'always',
				displayCondition:
					'={{ $parameter["operation"] === "initiateAndWait" && !$parameter["dryRun"] && !$parameter["options"]?.["pollSeconds"] }}',
			},
			{
				message: 'Calling Hours is Any Time: contacts are called at night as well.',
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'always',
				displayCondition: '={{ $parameter["callingHours"] === "any" && $input.all().length > 1 }}',
			},
			{
				message:
					'Time Zone has no effect: none of Calling Hours, Blocked Dates, Not Before and Not After is set.',
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'always',
				displayCondition:
					'={{ $parameter["callingHours"] === "any" && $rawParameter["callingRules"]?.["timeZone"] !== undefined && !$rawParameter["callingRules"]?.["blockedDates"] && !$rawParameter["callingRules"]?.["notBefore"] && !$rawParameter["callingRules"]?.["notAfter"] }}',
			},
			{
				message: 'Hours has no effect: Most Calls to a Number is not set.',
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'always',
				displayCondition:
					'={{ $parameter["callingRules"]?.["attemptHours"] !== undefined && $parameter["callingRules"]?.["attemptLimit"] === undefined }}',
			},
			{
				message: 'Dry Run is on: no contact is called.',
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'always',
				displayCondition: '={{ $parameter["dryRun"] === true }}',
			},
			{
				message:
					'On one line (Free), 100 calls of 3 minutes take 5 hours; on 10 lines (Pro) half an hour.',
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'beforeExecution',
				displayCondition: LONG_LIST,
			},
			{
				message:
					'If you stop the run: its custom data (krosai_calls) has the last call IDs. Get Many with After finds all calls.',
				type: 'info',
				location: 'ndv',
				whenToDisplay: 'beforeExecution',
				displayCondition: LONG_LIST,
			},
			{
				message: 'Maximum Duration is 0: KrosAI sets no limit, and a long call costs money.',
				type: 'warning',
				location: 'ndv',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["maxDuration"] === 0 }}',
			},
			{
				message:
					'To Number is no expression, so all items call the same phone: once, or with Same Number Twice: Call Each every time.',
				type: 'warning',
				location: 'ndv',
				whenToDisplay: 'beforeExecution',
				displayCondition:
					'={{ $parameter["maxDuration"] !== undefined && !!$rawParameter["toNumber"] && !String($rawParameter["toNumber"]).startsWith("=") && $input.all().length > 1 }}',
			},
			{
				// Once it has run, the run itself says so where a contact was called.
				message: CALLED_AGAIN,
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition:
					'={{ $parameter["maxDuration"] !== undefined && !$parameter["dryRun"] && !$parameter["options"]?.["callOnlyOncePerKey"] }}',
			},
		],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: RESOURCES.map(({ name, value }) => ({ name, value })),
				default: 'call',
			},
			...RESOURCES.flatMap(({ fields }) => fields),
		],
	};

	methods = {
		credentialTest: { krosAiApiTest },
		listSearch: { searchEndpoints, searchPhoneNumberIds, searchPhoneNumbers },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}

	/** A call that a waiting execution has placed has something to report. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback(this);
	}
}
