import type {
	ICredentialDataDecryptedObject,
	Icon,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { API_NAMES, BASE_URLS, BRIDGE_CALL_PATH, keyHeader } from '../nodes/KrosAi/api/generation';

/**
 * Not by `show`, and so not `required`: through its own API, n8n 1.x would demand of a credential
 * without `api` what is shown only for one of its values.
 */
const FOR_BRIDGE: INodeProperties['displayOptions'] = { hide: { api: ['v1'] } };

/** The key to a KrosAI organization. Its test is `nodes/KrosAi/methods/credentialTest.ts`. */
export class KrosAiApi implements ICredentialType {
	name = 'krosAiApi';

	displayName = 'KrosAI API';

	icon: Icon = {
		light: 'file:../nodes/KrosAi/krosai.svg',
		dark: 'file:../nodes/KrosAi/krosai.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-krosai/n8n-nodes-krosai/blob/main/docs/credentials.md';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'kros_live_...',
			description:
				'From the KrosAI dashboard, under Developers → API Keys. Scopes: calls:write to call and hang up, calls:read to look calls up, numbers:read and endpoints:read for the lists to choose from, webhooks:read and webhooks:write for the KrosAI Trigger and webhook deliveries.',
		},
		{
			displayName: 'API',
			name: 'api',
			type: 'options',
			options: [
				{
					name: API_NAMES.v1,
					value: 'v1',
					description: 'The one that the guides at docs.krosai.com describe',
				},
				{
					name: API_NAMES.bridge,
					value: 'bridge',
					description: 'For keys that are sent as a Bearer token, with an Organization ID',
				},
			],
			default: 'v1',
			description:
				'Which of its APIs KrosAI has given you the key for. In doubt, keep KrosAI API: the test of the credential says so where the other one is meant.',
		},
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 3fa85f64-5717-4562-b3fc-2c963f66afa6',
			description:
				'The ID of your organization at KrosAI. The Bridge API demands it with each request.',
			displayOptions: FOR_BRIDGE,
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: BASE_URLS.v1,
			description: `The address of the API. Change it only if KrosAI has told you another one: for the ${API_NAMES.bridge} this default stands for ${BASE_URLS.bridge}.`,
		},
		{
			displayName: 'Call Path',
			name: 'callPath',
			type: 'string',
			default: BRIDGE_CALL_PATH,
			description:
				'Where calls are started, behind the Base URL. Change it only if KrosAI has told you another one.',
			displayOptions: FOR_BRIDGE,
		},
		{
			displayName: 'Webhook Signing Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Only for webhooks that you set up by hand in the KrosAI dashboard, which shows the secret when a webhook is created',
		},
	];

	/** A function, because n8n would evaluate an expression anew for each request, which costs more. */
	async authenticate(
		credential: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return { ...request, headers: { ...request.headers, ...keyHeader(credential) } };
	}
}
