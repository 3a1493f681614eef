import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** The body of a delivery as it came: a signature is over these bytes. */
export async function readRawBody(context: IWebhookFunctions): Promise<Buffer> {
	const request = context.getRequestObject() as ReturnType<
		IWebhookFunctions['getRequestObject']
	> & {
		readRawBody: () => Promise<void>;
	};
	try {
		// n8n has read it already for the content types that it parses.
		if (!request.rawBody) await request.readRawBody();
	} catch {
		// A form, which n8n has read in its own way, or the sender has left.
	}
	return request.rawBody ?? Buffer.alloc(0);
}

/** Answers a delivery with a status that says no; nothing starts and nothing goes on. */
export function refuseDelivery(
	context: IWebhookFunctions,
	status: number,
	message: string,
): IWebhookResponseData {
	// n8n would send a `webhookResponse` as 200.
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
