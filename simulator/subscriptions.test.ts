import { get, send, subscribe } from './client';
import { simulator, useSimulator } from './setUp';

const URL = 'https://n8n.example.com/webhook/1';
const EVENTS = ['call.completed', 'call.failed'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

useSimulator();
afterEach(() => jest.restoreAllMocks());

const post = async (body: unknown) => await send(simulator, 'POST', '/v1/webhooks', { body });

it('creates a subscription with a secret of its own, as the reference shows it', async () => {
	const { status, body } = await post({ url: URL, events: EVENTS, secret: 'mine' });
	const other = (await post({ url: URL, events: EVENTS, active: false })).body;

	expect(status).toBe(201);
	expect(body).toEqual({
		id: expect.stringMatching(UUID),
		url: URL,
		secret: expect.stringMatching(/^whsec_\w{32}$/),
		events: EVENTS,
		active: true,
		organization_id: expect.stringMatching(UUID),
		created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
		updated_at: body.created_at,
	});
	expect(other.active).toBe(false);
	expect(other.id).not.toBe(body.id);
	expect(other.secret).not.toBe(body.secret);
	expect(simulator.webhooks).toEqual([body, other]);
});

it.each([
	['url', { events: EVENTS }],
	['url', { url: 'n8n.example.com/webhook', events: EVENTS }],
	['url', { url: 'ftp://n8n.example.com', events: EVENTS }],
	['url', { url: 5, events: EVENTS }],
	['events', { url: URL }],
	['events', { url: URL, events: [] }],
	['events', { url: URL, events: 'call.completed' }],
	['events', { url: URL, events: ['call.completed', 'call.ended'] }],
	['events', { url: URL, events: ['*'] }],
	['events', { url: URL, events: [null] }],
	['active', { url: URL, events: EVENTS, active: 'yes' }],
])('refuses a wrong %s: %j', async (field, wanted) => {
	const { status, body } = await post(wanted);

	expect(status).toBe(400);
	expect(body).toMatchObject({ code: 'VALIDATION_ERROR', details: { field } });
	expect(simulator.webhooks).toEqual([]);
});

it('refuses what is not a JSON object', async () => {
	expect((await post('[]')).body.code).toBe('INVALID_JSON');
});

it('shows, changes and deletes one', async () => {
	const { id } = await subscribe(simulator, URL, EVENTS);
	const path = `/v1/webhooks/${id}`;
	const changed = await send(simulator, 'PATCH', path, {
		body: { active: false, events: ['call.started'] },
	});
	const wrong = await send(simulator, 'PATCH', path, { body: { url: 'nowhere' } });
	const shown = await get(simulator, path);
	const deleted = await send(simulator, 'DELETE', path);

	expect(changed.status).toBe(200);
	expect(changed.body).toMatchObject({ id, url: URL, active: false, events: ['call.started'] });
	expect(wrong.status).toBe(400);
	expect(shown.body).toEqual(changed.body);
	expect(deleted).toMatchObject({ status: 204, text: '' });
	expect(simulator.webhooks).toEqual([]);
	for (const method of ['GET', 'PATCH', 'DELETE']) {
		const gone = await send(simulator, method, path, { body: method === 'PATCH' ? {} : undefined });
		expect(gone).toMatchObject({ status: 404, body: { code: 'WEBHOOK_NOT_FOUND' } });
	}
});

it('lists them in the wrapper that is asked for, whatever the paging of other lists', async () => {
	const first = await subscribe(simulator, URL, EVENTS);
	const second = await subscribe(simulator, URL, EVENTS);
	const list = async () => (await get(simulator, '/v1/webhooks?limit=1')).body;

	expect(await list()).toEqual({ data: [first, second] });
	simulator.set({ webhookList: 'webhooks', pagingStyle: 'page' });
	expect(await list()).toEqual({ webhooks: [first, second] });
	simulator.set({ webhookList: 'bare' });
	expect(await list()).toEqual([first, second]);
});

it('pages them as other lists when told to', async () => {
	const first = await subscribe(simulator, URL, EVENTS);
	const second = await subscribe(simulator, URL, EVENTS);
	simulator.set({ pagingStyle: { webhooks: 'page' }, secretInList: false });
	const { body } = await get(simulator, '/v1/webhooks?limit=1&page=2');

	expect(body).toMatchObject({ data: [{ id: second.id }], total: 2, page: 2, total_pages: 2 });
	expect(body.data[0]).not.toHaveProperty('secret');
	simulator.set({ pagingStyle: { webhooks: 'offset' } });
	const { webhooks } = (await get(simulator, '/v1/webhooks?limit=1')).body;
	expect(webhooks).toMatchObject([{ id: first.id }]);
});

it('masks the secret when told to, but for the answer to its creation', async () => {
	simulator.set({ secretMasked: true });
	const { id, secret } = await subscribe(simulator, URL, EVENTS);
	const one = `/v1/webhooks/${id}`;
	const shown = [
		(await get(simulator, '/v1/webhooks')).body.data[0],
		(await get(simulator, one)).body,
		(await send(simulator, 'PATCH', one, { body: {} })).body,
	];

	expect(secret).toMatch(/^whsec_\w{32}$/);
	for (const subscription of shown) {
		expect(subscription).toMatchObject({ id, secret: 'whsec_••••' });
	}
	expect(simulator.webhooks).toMatchObject([{ secret }]);
	simulator.set({ secretInList: false });
	expect((await get(simulator, '/v1/webhooks')).body.data[0]).not.toHaveProperty('secret');
});

it('writes URLs in its own way when told to', async () => {
	const sent = 'HTTPS://N8N.Example.com:443/Webhook/1';
	expect((await subscribe(simulator, sent, EVENTS)).url).toBe(sent);
	simulator.set({ normaliseUrls: true });
	const { id, url } = await subscribe(simulator, sent, EVENTS);
	expect(url).toBe('https://n8n.example.com/Webhook/1');
	const changed = await send(simulator, 'PATCH', `/v1/webhooks/${id}`, {
		body: { url: 'http://N8N.example.com:80' },
	});
	expect(changed.body.url).toBe('http://n8n.example.com/');
});

it('takes no more of them than it is told to', async () => {
	simulator.set({ webhookLimit: 1 });
	const { id } = await subscribe(simulator, URL, EVENTS);
	const refused = await post({ url: URL, events: EVENTS });
	await send(simulator, 'DELETE', `/v1/webhooks/${id}`);

	expect(refused.status).toBe(422);
	expect(refused.body.error).toBe('Webhook limit reached');
	expect((await post({ url: URL, events: EVENTS })).status).toBe(201);
	expect(simulator.webhooks).toHaveLength(1);
});

it('keeps the secret to itself when told to, but for the answer to its creation', async () => {
	simulator.set({ secretInList: false });
	const { id, secret } = await subscribe(simulator, URL, EVENTS);
	const inList = async () => (await get(simulator, '/v1/webhooks')).body.data[0].secret;
	const readable = async (method: string) =>
		(await send(simulator, method, `/v1/webhooks/${id}`, method === 'GET' ? {} : { body: {} })).body
			.secret;

	expect(secret).toMatch(/^whsec_/);
	expect(await inList()).toBeUndefined();
	expect(await readable('GET')).toBe(secret);
	simulator.set({ secretInList: true, secretReadable: false });
	expect(await inList()).toBeUndefined();
	expect(await readable('GET')).toBeUndefined();
	expect(await readable('PATCH')).toBeUndefined();
	expect((await subscribe(simulator, URL, EVENTS)).secret).toMatch(/^whsec_/);
});

it('asks for the scopes of webhooks', async () => {
	const { id } = await subscribe(simulator, URL, EVENTS);
	const status = async (key: string, method: string, path: string) => {
		const body = method === 'GET' || method === 'DELETE' ? undefined : { url: URL, events: EVENTS };
		return (await send(simulator, method, path, { headers: { 'x-api-key': key }, body })).status;
	};
	simulator.set({
		keys: {
			kros_test_simulator: ['webhooks:read', 'webhooks:write'],
			kros_test_reader: ['webhooks:read'],
		},
	});

	expect(await status('kros_test_reader', 'GET', '/v1/webhooks')).toBe(200);
	expect(await status('kros_test_reader', 'GET', `/v1/webhooks/${id}`)).toBe(200);
	expect(await status('kros_test_reader', 'POST', '/v1/webhooks')).toBe(403);
	expect(await status('kros_test_reader', 'PATCH', `/v1/webhooks/${id}`)).toBe(403);
	expect(await status('kros_test_reader', 'DELETE', `/v1/webhooks/${id}`)).toBe(403);
	expect(await status('kros_test_simulator', 'DELETE', `/v1/webhooks/${id}`)).toBe(204);
});

it('has a key for everything but webhooks', async () => {
	const headers = { 'x-api-key': 'kros_test_no_webhooks' };
	const of = async (path: string) => (await send(simulator, 'GET', path, { headers })).status;

	expect(await of('/v1/webhooks')).toBe(403);
	for (const path of ['/v1/calls', '/v1/phone-numbers', '/v1/endpoints']) {
		expect(await of(path)).toBe(200);
	}
});

it('takes ten new ones a second', async () => {
	// However long the machine takes over them, it is one second.
	jest.spyOn(performance, 'now').mockReturnValue(1000);
	const answers = await Promise.all(
		Array.from({ length: 11 }, async () => await post({ url: URL, events: EVENTS })),
	);
	const refused = answers.filter(({ status }) => status === 429);

	expect(refused).toHaveLength(1);
	expect(refused[0]?.body.retry_after).toBe(1);
	simulator.reset();
	expect((await post({ url: URL, events: EVENTS })).status).toBe(201);
	expect(simulator.webhooks).toHaveLength(1);
});
