import type { IWebhookDescription } from 'n8n-workflow';
import { CALLBACK_PATH } from '../api/callbackAddress';

/** Where a waiting execution is called back; it is no address to publish or to listen at. */
export const CALLBACK_WEBHOOKS: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		path: CALLBACK_PATH,
		responseMode: 'onReceived',
		// Otherwise n8n answers with a text of its own.
		responseData: '',
		restartWebhook: true,
	},
];
