import type { IDataObject } from 'n8n-workflow';
import { credentialSecrets } from '../../../../nodes/KrosAi/trigger/credentialSecrets';
import { webhookContext, type TriggerSetup } from '../../../support/trigger';

// What becomes of deliveries meanwhile is in receive.test.ts.

async function secretsOf(setup: TriggerSetup, node: IDataObject = {}): Promise<string[]> {
	const { context } = webhookContext({ headers: {}, body: '' }, setup);
	const known = context.getNode();
	Object.assign(context, { getNode: () => ({ ...known, ...node }) });
	const secrets: string[] = [];
	for await (const secret of credentialSecrets(context)) secrets.push(secret);
	return secrets;
}

const setupOf = (webhookSecret: string | undefined, credentialId?: string): TriggerSetup => ({
	credential: { webhookSecret } as IDataObject,
	credentialId,
});

afterEach(() => jest.restoreAllMocks());

it('is the one in the credential, and none where that holds none', async () => {
	expect(await secretsOf(setupOf('whsec_1_0123456789'))).toEqual(['whsec_1_0123456789']);
	expect(await secretsOf(setupOf(''))).toEqual([]);
	expect(await secretsOf(setupOf(undefined))).toEqual([]);
});

it.each([
	' whsec_1_0123456789\n',
	'"whsec_1_0123456789"',
	'\ufeffwhsec_1_0123456789\u200b',
	'\twhsec_1_0123456789\u00a0',
])('is read without what was pasted around it: %j', async (pasted) => {
	expect(await secretsOf(setupOf(pasted))).toEqual(['whsec_1_0123456789']);
});

it.each(['   ', '\n', 'whsec_••••••••••••', 'whsec_short', 16 as never])(
	'is none: %j',
	async (value) => expect(await secretsOf(setupOf(value))).toEqual([]),
);

it('is, for ten seconds, the one of before as well, in front', async () => {
	const now = Math.ceil(performance.now());
	const clock = jest.spyOn(performance, 'now').mockReturnValue(now);
	expect(await secretsOf(setupOf('whsec_1_0123456789', 'one'))).toEqual(['whsec_1_0123456789']);
	expect(await secretsOf(setupOf('whsec_2_0123456789', 'other'))).toEqual(['whsec_2_0123456789']);
	clock.mockReturnValue(now + 9_999);
	expect(await secretsOf(setupOf('whsec_3_0123456789', 'one'))).toEqual([
		'whsec_1_0123456789',
		'whsec_3_0123456789',
	]);
	clock.mockReturnValue(now + 19_999);
	expect(await secretsOf(setupOf('whsec_3_0123456789', 'one'))).toEqual(['whsec_3_0123456789']);
});

it('is not remembered beyond a look that finds none, or fails', async () => {
	const fails = () => {
		throw new Error('Credential with ID "1" does not exist');
	};
	for (const later of [setupOf('', 'three'), { credential: fails, credentialId: 'three' }]) {
		await secretsOf(setupOf('whsec_1_0123456789', 'three'));
		await secretsOf(later).catch(() => []);
		expect(await secretsOf(setupOf('whsec_2_0123456789', 'three'))).toEqual(['whsec_2_0123456789']);
	}
});

it.each([[{}], [{ credentials: undefined }], [{ credentials: {} }]])(
	'is read each time where the node names no credential: %j',
	async (node) => {
		expect(await secretsOf(setupOf('whsec_1_0123456789'), node)).toEqual(['whsec_1_0123456789']);
		expect(await secretsOf(setupOf('whsec_2_0123456789'), node)).toEqual(['whsec_2_0123456789']);
	},
);
