import { N8nClient } from './client';
import { ensureN8n } from './install';
import { type N8nInstance, startN8n } from './instance';
import { withPackedCheckout } from './pack';

type Options = Pick<Parameters<typeof startN8n>[0], 'environment'> &
	Pick<NonNullable<Parameters<typeof ensureN8n>[0]>, 'version'>;

/** An n8n of a test file's own, with the packed checkout, and a client that is logged in as its owner. */
export async function startOwnN8n({ environment, ...which }: Options = {}): Promise<{
	n8n: N8nInstance;
	client: N8nClient;
}> {
	const onProgress = (line: string) => process.stderr.write(`${line}\n`);
	const install = await ensureN8n({ ...which, onProgress });
	const n8n = await withPackedCheckout(
		async (tarball) => await startN8n({ install, tarball, environment }),
	);
	const client = new N8nClient(n8n.url);
	await client.setUpOwner();
	return { n8n, client };
}
