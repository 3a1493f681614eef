import type { IWebhookFunctions } from 'n8n-workflow';
import { readRawBody, refuseDelivery } from '../../../../nodes/KrosAi/webhooks/http';
import { webhookContext } from '../../../support/trigger';

describe('the body as it came', () => {
	const read = async (request: object) =>
		(
			await readRawBody({ getRequestObject: () => request } as unknown as IWebhookFunctions)
		).toString();

	it('is what n8n has read, and is read once', async () => {
		const readAgain = jest.fn();
		expect(await read({ rawBody: Buffer.from('{}'), readRawBody: readAgain })).toBe('{}');
		expect(readAgain).not.toHaveBeenCalled();
	});

	it('is read where n8n has left it unread', async () => {
		const request = {
			rawBody: undefined as Buffer | undefined,
			readRawBody: async () => {
				request.rawBody = Buffer.from('a=1');
			},
		};
		expect(await read(request)).toBe('a=1');
	});

	it.each([
		['it can not be read any more', { readRawBody: async () => await Promise.reject(new Error()) }],
		['there is none', { readRawBody: async () => {} }],
		['this version of n8n can not be asked for it', {}],
	])('is empty where %s', async (_, request) => expect(await read(request)).toBe(''));
});

it('refuses with a status and a reason, by itself: n8n would answer 200', () => {
	const { context, told } = webhookContext({ headers: {}, body: '' });
	expect(refuseDelivery(context, 401, 'Not signed')).toEqual({ noWebhookResponse: true });
	expect(told).toEqual([{ status: 401, body: { message: 'Not signed' } }]);
});
