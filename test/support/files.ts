import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { IBinaryData, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

/** What n8n's helpers for links and files do, as far as this package uses them. */
export const fileHelpers = {
	httpRequest: async ({ url, headers, abortSignal, ...options }: IHttpRequestOptions) => {
		const limit = AbortSignal.timeout(options.timeout ?? 300_000);
		const response = await fetch(url, {
			headers: headers as Record<string, string>,
			redirect: options.disableFollowRedirect ? 'manual' : 'follow',
			signal: abortSignal ? AbortSignal.any([limit, abortSignal as AbortSignal]) : limit,
		});
		const body = response.body as ReadableStream | null;
		return {
			statusCode: response.status,
			headers: Object.fromEntries(response.headers),
			body: body ? Readable.fromWeb(body) : Readable.from([]),
		};
	},
	prepareBinaryData: async (
		body: Buffer | Readable,
		fileName?: string,
		mimeType = '',
	): Promise<IBinaryData> => {
		const parts = Buffer.isBuffer(body) ? [body] : ((await body.toArray()) as Buffer[]);
		return { data: Buffer.concat(parts).toString('base64'), fileName, mimeType };
	},
} as unknown as Partial<IExecuteFunctions['helpers']>;
