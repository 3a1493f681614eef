import {
	createWebhook,
	deleteWebhook,
	fetchWebhook,
	fetchWebhooks,
} from '../../../../nodes/KrosAi/api/webhooks';
import { answer, noAnswer } from '../../../support/exchanges';

const BODY = { url: 'https://n8n.example.com/webhook/1', events: ['call.completed'] };

it.each<[string, (client: never) => Promise<unknown>, object]>([
	[
		'created',
		async (client) => await createWebhook(client, BODY),
		{ method: 'POST', path: '/webhooks', body: { ...BODY, active: true } },
	],
	[
		'asked for',
		async (client) => await fetchWebhook(client, 'a/../b?c'),
		{ method: 'GET', path: '/webhooks/a%2F..%2Fb%3Fc' },
	],
])('one that is %s is read, wrapped or not', async (_, ask, request) => {
	const webhook = { id: 'wh_1', data: 'x' };
	for (const [body, expected] of [
		[webhook, webhook],
		[{ data: webhook }, webhook],
		[[], undefined],
		['', undefined],
	]) {
		const client = jest.fn(async () => answer(200, body));
		expect(await ask(client as never)).toEqual({ webhook: expected });
		expect(client.mock.calls).toEqual([[request]]);
	}
	const failed = answer(403, { error: 'No' });
	expect(await ask((async () => failed) as never)).toEqual({ failed, request });
});

it.each([
	[answer(204), true],
	[answer(404), true],
	[answer(403), false],
	[noAnswer('lost'), false],
])('one is deleted where that is answered with %j: %p', async (exchange, isGone) => {
	const request = { method: 'DELETE', path: '/webhooks/wh_1' };
	const failed = await deleteWebhook(async () => exchange, 'wh_1');
	expect(failed).toEqual(isGone ? undefined : { failed: exchange, request });
});

it('a list has those that have an id, as text', async () => {
	const client = async () =>
		answer(200, { data: [{ id: 7, url: 'x' }, { url: 'y' }, { id: '' }], total: 3 });
	const pages: unknown[] = [];
	for await (const page of fetchWebhooks(client)) pages.push(page);
	expect(pages).toEqual([{ webhooks: [{ id: '7', url: 'x' }] }]);
});
