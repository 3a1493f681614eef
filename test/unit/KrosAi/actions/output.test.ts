import { withoutErrorKey, withoutSecrets } from '../../../../nodes/KrosAi/actions/output';

describe('withoutErrorKey', () => {
	it('leaves alone what has no such key', () => {
		const sent = { id: 1, nested: { error: 'kept' }, error_message: 'kept' };
		expect(withoutErrorKey(sent)).toBe(sent);
	});

	it.each(['text', null, false, 0, '', { code: 1 }])('renames it, whatever it holds: %p', (error) =>
		expect(withoutErrorKey({ id: 1, error })).toEqual({ id: 1, error_message: error }),
	);

	it('keeps what stood under the new name beside it', () => {
		expect(withoutErrorKey({ error: 'a', error_message: null })).toEqual({
			error_message: 'a',
			error_message_2: null,
		});
		expect(withoutErrorKey({ error: 'a', error_message: undefined })).toEqual({
			error_message: 'a',
		});
	});
});

describe('withoutSecrets', () => {
	it.each([
		...'secret webhook_secret SipPassword auth_token apiKey api_key private_key privateKey'.split(
			' ',
		),
		...'credential credentials'.split(' '),
	])('takes out %s at any depth', (name) => {
		const sent = { id: 1, [name]: 'x', deep: { [name]: { a: 1 }, deeper: { [name]: 'x', b: 2 } } };
		expect(withoutSecrets(sent)).toEqual({ id: 1, deep: { deeper: { b: 2 } } });
	});

	it.each(['credential_id', 'credentialId', 'key', 'name', 'keyboard', 'pass'])(
		'leaves %s, which is none',
		(name) => expect(withoutSecrets({ [name]: 'x' })).toEqual({ [name]: 'x' }),
	);

	it('leaves every other value as it is', () => {
		const sent = { list: [1, 'a'], none: null, empty: {}, no: false, nought: 0 };
		expect(withoutSecrets(sent)).toEqual(sent);
	});
});

it('takes secrets out of an entry of a list, at any depth', () => {
	const kept = { id: 'ep_1', credential_id: 'cred_1', provider_config: { agent_id: 'agent_1' } };
	const secrets = {
		secret: 'hush-1',
		sip_credentials: { username: 'hush-2', password: 'hush-3' },
		provider_config: {
			agent_id: 'agent_1',
			apiKey: 'hush-4',
			headers: { Authorization: 'Bearer hush-5', 'X-API-Key': 'hush-6' },
			servers: [{ name: 'one', token: 'hush-7' }, [{ passphrase: 'hush-8' }]],
		},
	};
	const shown = withoutSecrets({ ...kept, ...secrets });
	expect(JSON.stringify(shown)).not.toContain('hush');
	expect(shown).toMatchObject(kept);
	expect(shown).toMatchObject({ provider_config: { servers: [{ name: 'one' }, [{}]] } });
});
