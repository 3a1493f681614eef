import { CALL, send, start } from './client';
import { simulator, useSimulator } from './setUp';

useSimulator({ startsPerSecond: Infinity });

it('answers an accepted call as the specification shows it, and the phone rings', async () => {
	const before = Date.now();
	const { status, body } = await start(simulator, { metadata: { customer_id: 'cust_xyz' } });
	const after = Date.now();

	expect(status).toBe(200);
	expect(body).toEqual({
		call_id: expect.stringMatching(/^call_\w+$/),
		status: 'initiated',
		...CALL,
		created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
	});
	// To the second: the part of it that had gone by is left out.
	expect(Date.parse(body.created_at)).toBeGreaterThan(before - 1000);
	expect(Date.parse(body.created_at)).toBeLessThanOrEqual(after);
	expect(simulator.called()).toEqual([CALL.to_number]);
	expect(simulator.calls[0]).toMatchObject({
		id: body.call_id,
		phone_number_id: 'pn_abc123',
		metadata: { customer_id: 'cust_xyz' },
	});
});

it('keeps the optional fields with the call', async () => {
	await start(simulator, { webhook_url: 'https://example.com/hook', max_duration: 600 });

	expect(simulator.calls[0]).toMatchObject({
		webhook_url: 'https://example.com/hook',
		max_duration: 600,
	});
});

it.each([
	['from_number', undefined],
	['to_number', ''],
	['endpoint_id', null],
])('refuses a missing %s', async (field, value) => {
	const { status, body } = await start(simulator, { [field]: value });

	expect(status).toBe(400);
	expect(body).toEqual({
		error: expect.stringContaining(field),
		code: 'MISSING_FIELDS',
		details: { field, value: value ?? null },
	});
});

it.each([
	['to_number', '4155550110'],
	['to_number', '(415) 555-0110'],
	['to_number', '+0155550110'],
	['to_number', '+141555'],
	['to_number', '+1234567890123456'],
	['to_number', 14155550110],
	['from_number', '08012345678'],
])('refuses %s %p as not E.164, in the specified error format', async (field, value) => {
	const { status, body } = await start(simulator, { [field]: value });

	expect(status).toBe(400);
	expect(body).toEqual({
		error: 'Phone number format is invalid. Use E.164 format (+14155551234)',
		code: 'INVALID_PHONE_NUMBER',
		details: { field, value },
	});
});

it.each([
	['NUMBER_NOT_OWNED', 400, { from_number: '+14155550199' }],
	['OUTBOUND_DISABLED', 400, { from_number: '+442079460100' }],
	['OUTBOUND_DISABLED', 400, { from_number: '+14155550101' }],
	['ENDPOINT_NOT_FOUND', 404, { endpoint_id: 'ep_nobody' }],
	['ENDPOINT_NOT_FOUND', 404, { endpoint_id: 'ep_ghi789' }],
	['VALIDATION_ERROR', 400, { max_duration: 0 }],
	['VALIDATION_ERROR', 400, { max_duration: 1.5 }],
	['VALIDATION_ERROR', 400, { max_duration: '600' }],
	['VALIDATION_ERROR', 400, { metadata: ['a'] }],
	['VALIDATION_ERROR', 400, { metadata: 'a' }],
	['VALIDATION_ERROR', 400, { webhook_url: 'ftp://example.com' }],
	['VALIDATION_ERROR', 400, { webhook_url: 'example.com/hook' }],
	['VALIDATION_ERROR', 400, { webhook_url: 'https://exam ple.com' }],
])('refuses with %s (%i): %j', async (code, expected, fields) => {
	const { status, body } = await start(simulator, fields);

	const [[field, value]] = Object.entries(fields) as [[string, unknown]];
	expect(status).toBe(expected);
	expect(body).toEqual({ error: expect.any(String), code, details: { field, value } });
	expect(simulator.called()).toEqual([]);
});

it('refuses a call the balance cannot pay', async () => {
	simulator.set({ balanceCents: 0 });
	const { status, body } = await start(simulator);
	simulator.set({ balanceCents: 100_000 });

	expect(status).toBe(400);
	expect(body).toEqual({ error: expect.any(String), code: 'INSUFFICIENT_BALANCE' });
	expect(simulator.called()).toEqual([]);
});

it.each(['{"from_number": ', '[]', '"text"', ''])('refuses the body %p', async (body) => {
	const answer = await send(simulator, 'POST', '/v1/outbound-calls', { body });

	expect(answer.status).toBe(400);
	expect(answer.body).toMatchObject({ error: expect.any(String), code: 'INVALID_JSON' });
});
