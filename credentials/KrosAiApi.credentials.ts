import type {
	ICredentialDataDecryptedObject,
	Icon,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

/** The key to a KrosAI organization. Its test is `nodes/KrosAi/methods/credentialTest.ts`. */
export class KrosAiApi implements ICredentialType {
	name = 'krosAiApi';

	displayName = 'KrosAI API';

	icon: Icon = {
		light: 'file:../nodes/KrosAi/krosai.svg',
		dark: 'file:../nodes/KrosAi/krosai.dark.svg',
	};

	documentationUrl = 'https://docs.krosai.com/getting-started/authentication';

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
				'From the KrosAI dashboard, under Developers → API Keys. Scopes: calls:write to call and hang up, calls:read to look calls up, numbers:read and endpoints:read for the lists to choose from, webhooks:read and webhooks:write for the KrosAI Trigger.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.krosai.com/v1',
			description:
				'The address of the KrosAI API. Change it only if KrosAI has told you another one.',
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
		{ apiKey }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return { ...request, headers: { ...request.headers, 'x-api-key': apiKey as string } };
	}
}
