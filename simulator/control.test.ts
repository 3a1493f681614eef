import { CALL, get, send, start, subscribe, until } from './client';
import { simulator, useSimulator } from './setUp';

useSimulator({ startsPerSecond: Infinity, speed: 1000 });

const post = async (name: string, body?: unknown) =>
	await send(simulator, 'POST', `/_simulator/${name}`, { headers: {}, body });

it('shows calls and requests, which control itself is not', async () => {
	await start(simulator);
	const { body } = await send(simulator, 'GET', '/_simulator/state', { headers: {} });

	expect(body.calls).toMatchObject([{ to_number: CALL.to_number }]);
	expect(body.requests).toMatchObject([{ path: '/v1/outbound-calls', status: 200 }]);
});

it('takes scripts and faults, and forgets them', async () => {
	await post('script', { toNumber: CALL.to_number, outcome: 'busy', timing: { setup: 0 } });
	await post('fault', { kind: 'status', status: 500, accepting: 'after' });
	await post('fault', { kind: 'dropBefore' });

	expect((await start(simulator)).status).toBe(500);
	await until(() => simulator.calls[0]?.status === 'busy');
	expect((await post('reset')).status).toBe(200);
	expect(simulator.calls).toEqual([]);
	expect((await start(simulator)).status).toBe(200);
	await until(() => simulator.calls[0]?.status === 'completed');
});

it('has a person decide upon a call, and hang up', async () => {
	await post('script', { toNumber: '*', outcome: 'manual' });
	const callId = (await start(simulator)).body.call_id;
	expect((await post('decide', { callId, outcome: 'answered' })).status).toBe(200);
	await until(() => simulator.calls[0]?.status !== 'initiated');
	await post('hangUp', { callId });
	expect(simulator.calls[0]).toMatchObject({ hangup_cause: 'user_hangup' });
});

it('keeps the subscriptions at a reset where that is asked for', async () => {
	await subscribe(simulator, `${simulator.origin}/1`);
	await start(simulator);
	await post('reset', { keepSubscriptions: true });
	expect(simulator.calls).toEqual([]);
	expect(simulator.webhooks).toHaveLength(1);
	await post('reset');
	expect(simulator.webhooks).toEqual([]);
});

it('adds calls that no request started', async () => {
	expect((await post('addCall', { toNumber: '+14155550115' })).status).toBe(200);
	expect(simulator.calls).toMatchObject([{ to_number: '+14155550115' }]);
	expect((await post('addCall', {})).status).toBe(400);
});

it('changes settings, where null is no limit', async () => {
	await post('settings', { startsPerSecond: 0.001, numberField: 'e164' });
	await start(simulator);
	expect((await start(simulator)).status).toBe(429);
	await post('settings', { startsPerSecond: null });
	expect((await start(simulator)).status).toBe(200);

	await post('settings', { webhookLimit: 1, api: 'bridge', requestsPerMinute: 1 });
	await subscribe(simulator, `${simulator.origin}/1`);
	await post('settings', { webhookLimit: null, requestsPerMinute: null });
	await subscribe(simulator, `${simulator.origin}/2`);
	expect(simulator.webhooks).toHaveLength(2);
	await post('settings', { api: 'v1', requestsPerMinute: 600 });

	const { body } = await get(simulator, '/v1/phone-numbers');
	expect(body.phone_numbers[0].e164).toBe('+2348012345678');
});

it.each([
	['script', { toNumber: CALL.to_number, outcome: 'dead' }, /outcome must be/],
	['script', { outcome: 'busy' }, /toNumber must be/],
	['fault', { kind: 'earthquake' }, /kind must be/],
	['settings', { plan: 'gold' }, /plan must be/],
	['settings', { pagingStyle: 'cursor' }, /pagingStyle must be/],
	['settings', { pagingStyle: { webhooks: 'cursor' } }, /pagingStyle must be/],
	['settings', { mostPerPage: 0 }, /mostPerPage must be/],
	['settings', { numbersAsText: 'yes' }, /numbersAsText must be/],
	['settings', { noLineRefusal: { status: 200, code: 'X' } }, /noLineRefusal.status must be/],
	['settings', { normaliseUrls: 'yes' }, /normaliseUrls must be/],
	['settings', { webhookLimit: 0 }, /webhookLimit must be/],
	['settings', { secretMasked: 1 }, /secretMasked must be/],
	['settings', { speed: 0 }, /speed must be/],
	['settings', { api: 'v2' }, /api must be/],
	['settings', { keyHeaders: 'bearer' }, /keyHeaders must be/],
	['settings', { requestsPerMinute: 0 }, /requestsPerMinute must be/],
	['settings', { replayWindowSeconds: 0 }, /replayWindowSeconds must be/],
	['settings', { deliverySpeed: 0 }, /deliverySpeed must be/],
	['settings', { answerTimeoutMs: '10' }, /answerTimeoutMs must be/],
	['settings', { deliveryForm: 'round' }, /deliveryForm must be/],
	['settings', { eventNames: 'spec' }, /eventNames must be/],
	['settings', { timeField: 'date' }, /timeField must be/],
	['settings', { webhookList: 'calls' }, /webhookList must be/],
	['settings', { secretInList: 'no' }, /secretInList must be/],
	['settings', { secretReadable: 0 }, /secretReadable must be/],
	['settings', { signPerCall: true }, /signPerCall must be/],
	['settings', { signPerCall: '' }, /signPerCall must be/],
	['deliver', {}, /event must be/],
	['redeliver', { index: 3 }, /no delivery 3/],
	['decide', { callId: 'call_1', outcome: 'busy' }, /call_1 doesn't ring/],
	['hangUp', {}, /not in progress/],
])('refuses %s %j', async (name, body, message) => {
	const answer = await post(name, body);

	expect(answer.status).toBe(400);
	expect(answer.body.error).toMatch(message);
});

it('delivers and shows subscriptions and deliveries', async () => {
	const url = `${simulator.origin}/away`;
	await subscribe(simulator, url);
	// No attempt but those asked for.
	await post('settings', { deliverySpeed: 0.001 });
	await post('deliver', { event: 'call.completed' });
	await post('redeliver', { index: 0 });
	const { body } = await send(simulator, 'GET', '/_simulator/state', { headers: {} });

	expect(body.webhooks).toMatchObject([{ url }]);
	expect(body.deliveries).toMatchObject([
		{ event: 'call.completed', url, attempt: 1, status: 404 },
		{ event: 'call.completed', url, attempt: 2, status: 404 },
	]);
});

it('says what it knows where it is asked for something else', async () => {
	expect(await post('explode')).toMatchObject({
		status: 404,
		body: { error: expect.stringContaining('POST reset') },
	});
	expect((await post('constructor')).status).toBe(404);
});
