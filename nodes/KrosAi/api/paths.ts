/** The paths of KrosAI's API, behind the credential's base URL. */
export const PATHS = {
	calls: '/calls',
	endpoints: '/endpoints',
	/** Where calls are started (Spec). */
	outboundCalls: '/outbound-calls',
	phoneNumbers: '/phone-numbers',
	webhookDeliveries: '/webhook-deliveries',
	webhooks: '/webhooks',
};
