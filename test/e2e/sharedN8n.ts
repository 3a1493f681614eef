import { ensureN8n } from '../n8n/install';
import { type N8nInstance, startN8n } from '../n8n/instance';
import { N8nClient } from '../n8n/client';
import { withPackedCheckout } from '../n8n/pack';

const VARIABLE = 'KROSAI_E2E_N8N';

interface Shared {
	url: string;
	logFile: string;
	session: string | undefined;
}

const started = globalThis as { krosAiE2eN8n?: N8nInstance };

/** Starts the n8n that all files of this suite use, with the packed checkout and an owner. */
export async function startSharedN8n(): Promise<void> {
	const say = (line: string) => process.stderr.write(`${line}\n`);
	const install = await ensureN8n({ onProgress: say });
	const n8n = await withPackedCheckout(async (tarball) => await startN8n({ install, tarball }));
	started.krosAiE2eN8n = n8n;
	const client = new N8nClient(n8n.url);
	await client.setUpOwner();
	const shared: Shared = { url: n8n.url, logFile: n8n.logFile, session: client.session };
	process.env[VARIABLE] = JSON.stringify(shared);
	say(`n8n ${install.version} runs at ${n8n.url}`);
}

/** Stops it and leaves nothing behind. */
export async function stopSharedN8n(): Promise<void> {
	await started.krosAiE2eN8n?.stop();
}

/** The n8n of this suite, with a client that is logged in as its owner. */
export function sharedN8n(): { url: string; logFile: string; client: N8nClient } {
	const { url, logFile, session } = JSON.parse(process.env[VARIABLE] ?? '{}') as Shared;
	if (!url) throw new Error('No n8n was started: run these tests as the jest project "e2e".');
	return { url, logFile, client: new N8nClient(url, session) };
}
