import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import {
	DIRECTION_FILTER,
	ENDPOINT_FILTER,
	metadataFilter,
	numberFilter,
} from './descriptions/commonFields';
import { krosAiApiTest } from './methods/credentialTest';
import { searchEndpoints } from './methods/listSearch';
import { OUTPUTS_EXPRESSION } from './trigger/outputs';
import { EVENTS } from './webhooks/events';
import { receiveDelivery } from './trigger/receive';
import { isSubscribed, subscribe, unsubscribe } from './trigger/subscription';

/** Under the node on the canvas, such as "Call completed, Call failed". */
const SUBTITLE = `={{ ((names) => [$parameter["events"]].flat().map((event) => names[event] ?? event).join(", "))(${JSON.stringify(
	{
		'*': 'All Events',
		...Object.fromEntries(EVENTS.map(({ value, name }) => [value, inSentence(name)])),
	},
)}) }}`;

/** "Call Completed" → "Call completed" */
function inSentence(name: string): string {
	return name.charAt(0) + name.slice(1).toLowerCase();
}

/** What the editor shows of the KrosAI Trigger node. */
export class KrosAiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'KrosAI Trigger',
		name: 'krosAiTrigger',
		icon: { light: 'file:krosai.svg', dark: 'file:krosai.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: SUBTITLE,
		// n8n's nodes panel has one entry for both nodes, and describes it with these words.
		description: 'Make AI phone calls, or start a workflow when a call ends',
		eventTriggerDescription: 'Waiting for an event from KrosAI',
		activationMessage:
			'From now on each chosen event at KrosAI starts this workflow once. KrosAI must be able to reach this n8n. With manual registration, create the webhook in the KrosAI dashboard with the production URL.',
		defaults: { name: 'KrosAI Trigger' },
		builderHint: {
			searchHint:
				'One item for each event of a phone call. Branch by the field outcome (completed, no_answer, busy or failed) with a Switch node. The metadata that the call was started with comes back in metadata, for finding the customer again. n8n registers and verifies the webhook itself: no Webhook node, no path and no secret to set.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-krosai.krosAi',
					relationHint: 'Starts the calls whose end this trigger hears of',
				},
			],
		},
		inputs: [],
		outputs: OUTPUTS_EXPRESSION as INodeTypeDescription['outputs'],
		credentials: [{ name: 'krosAiApi', required: true, testedBy: 'krosAiApiTest' }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
		],
		triggerPanel: {
			header: 'Listen for an event from KrosAI',
			executionsHelp: {
				inactive:
					'<b>While building</b>: click <b>Execute step</b>, then place a call, for example with the KrosAI node in another workflow. The first chosen event of any call shows up here. KrosAI must be able to reach this n8n.<br><br><b>When the workflow is ready</b>, publish it: then each chosen event starts it, and the executions show up in the Executions list.',
				active:
					'<b>While building</b>: click <b>Execute step</b>, then place a call. The first chosen event of any call shows up here.<br><br><b>The published workflow</b> goes on running for each chosen event; see the Executions list.',
			},
			activationHint: 'Publish the workflow to have each chosen event start it.',
		},
		hints: [
			{
				message:
					'Accept Unsigned Deliveries is on: a stranger who knows the webhook URL can start this workflow with made-up calls.',
				type: 'warning',
				location: 'ndv',
				whenToDisplay: 'always',
				displayCondition: '={{ $parameter["options"]?.["acceptUnsigned"] === true }}',
			},
		],
		properties: [
			{
				displayName: 'Trigger On',
				name: 'events',
				type: 'multiOptions',
				required: true,
				default: ['call.completed', 'call.failed'],
				options: [
					{ name: 'All Events', value: '*', description: 'Whatever KrosAI sends' },
					...EVENTS.map(({ name, value, description }) => ({ name, value, description })),
				],
				description: 'The events that start the workflow',
			},
			{
				displayName: 'Registration',
				name: 'registration',
				type: 'options',
				default: 'automatic',
				options: [
					{
						name: 'Automatic',
						value: 'automatic',
						description:
							'Publishing the workflow creates the webhook. The API key needs webhooks:read and webhooks:write.',
					},
					{
						name: 'Manual',
						value: 'manual',
						description: 'You create the webhook in the KrosAI dashboard yourself',
					},
				],
				description: 'How KrosAI learns where to send the events',
			},
			{
				displayName:
					'In the KrosAI dashboard, under Developers → Webhooks, create a webhook with the Production URL (see Webhook URLs above) and the same events. Put the secret that it shows into the credential, as Webhook Signing Secret.',
				name: 'manualNotice',
				type: 'notice',
				default: '',
				displayOptions: { show: { registration: ['manual'] } },
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [
					{
						displayName: 'Accept Unsigned Deliveries',
						name: 'acceptUnsigned',
						type: 'boolean',
						default: false,
						description:
							'Whether to accept deliveries without a signature. Only for a network that no other host can reach. A wrong signature is refused all the same.',
					},
					ENDPOINT_FILTER,
					DIRECTION_FILTER,
					numberFilter('from'),
					metadataFilter({ key: 'campaign', value: 'follow-up-q1' }),
					{
						displayName: 'Minimum Duration (Seconds)',
						name: 'minDuration',
						type: 'number',
						typeOptions: { minValue: 0 },
						default: 0,
						description: 'Only calls that lasted at least so long',
					},
					{
						displayName: 'Output per Event',
						name: 'outputPerEvent',
						type: 'boolean',
						default: false,
						description: 'Whether each chosen event gets an output of its own',
					},
					numberFilter('to'),
				],
			},
		],
	};

	methods = { credentialTest: { krosAiApiTest }, listSearch: { searchEndpoints } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await isSubscribed(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await subscribe(this);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				await unsubscribe(this);
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveDelivery(this);
	}
}
