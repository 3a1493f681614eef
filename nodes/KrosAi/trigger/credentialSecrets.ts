import type { IWebhookFunctions } from 'n8n-workflow';
import { readSigningSecret } from '../util/signingSecret';

/** How long a secret that was read counts, in ms, without the credential being read again. */
const REMEMBERED_MS = 10_000;
/** By the credential's id; as many as there are credentials. */
const remembered = new Map<string, { secret: string; until: number }>();

/**
 * The signing secret that the user has put into the credential, for webhooks set up by hand.
 *
 * Reading a credential costs n8n 2.x about as much as running a small workflow (it makes a V8
 * isolate for it each time), so of deliveries that come close together only the first has it read.
 * Whatever doesn't fit has it read again: a changed secret counts at once, and the one before it for
 * ten seconds more at most.
 */
export async function* credentialSecrets(context: IWebhookFunctions): AsyncGenerator<string> {
	const id = context.getNode().credentials?.krosAiApi?.id;
	const known = id ? remembered.get(id) : undefined;
	if (known && performance.now() < known.until) yield known.secret;
	// What can't be read any more, or holds no secret any more, is not remembered either.
	if (id) remembered.delete(id);
	const { webhookSecret } = await context.getCredentials<{ webhookSecret?: unknown }>('krosAiApi');
	const secret = readSigningSecret(webhookSecret);
	if (!secret) return;
	if (id) remembered.set(id, { secret, until: performance.now() + REMEMBERED_MS });
	yield secret;
}
