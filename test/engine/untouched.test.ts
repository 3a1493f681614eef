import type { INodeProperties } from 'n8n-workflow';
import { KrosAi } from '../../nodes/KrosAi/KrosAi.node';
import { contacts, useEngine } from './setup';
import { callWorkflow, outputJson } from './workflow';

/**
 * Each entry of each collection with which a call is placed, as n8n stores it when it is added and left
 * untouched (test/e2e/untouchedEditor.test.ts): it does what the panel shows.
 */
const { engine, simulator, credential } = useEngine({ store: true });

const ENTRIES = new KrosAi().description.properties
	.filter(({ type, displayOptions }) => {
		const operations = displayOptions?.show?.operation ?? [];
		return type === 'collection' && operations.includes('initiateAndWait');
	})
	.flatMap(({ name, options = [] }) =>
		(options as INodeProperties[]).map((entry) => ({ field: name, entry })),
	);

/** What keeps the call from being placed, as the panel says. */
const BLOCKED: Record<string, string> = { consent: 'NO_CONSENT' };

it.each(ENTRIES)('$field → $entry.displayName', async ({ field, entry }) => {
	simulator().set({ speed: 100_000 });
	const isOfWaiting = entry.displayOptions?.show?.['/operation']?.includes('initiateAndWait');
	const parameters = {
		operation: isOfWaiting ? 'initiateAndWait' : 'initiate',
		[field]: {
			...(isOfWaiting && { pollSeconds: 1, waitLimitMinutes: 0.01 }),
			[entry.name]: entry.default,
		},
	};
	const settings = { onError: 'continueErrorOutput' } as const;
	const workflow = callWorkflow(contacts(1), { parameters, settings });
	const result = await engine().run(workflow, { credential: credential() });

	const code = BLOCKED[entry.name];
	expect(outputJson(result, 'Failed')).toMatchObject(code ? [{ error: { code } }] : []);
	expect(simulator().calls).toMatchObject(
		code ? [] : [{ to_number: contacts(1)[0]!.phone, metadata: {}, webhook_url: null }],
	);
});
