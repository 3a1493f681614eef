import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ensureN8n } from '../n8n/install';
import { type N8nInstance, startN8n } from '../n8n/instance';
import { N8nClient } from '../n8n/client';
import { withPackedCheckout } from '../n8n/pack';

const VARIABLE = 'KROSAI_E2E_N8N';

interface Shared {
	url: string;
	logFile: string;
	session: string | undefined;
	/** Where the process that started it listens for the wish to restart it. */
	restartUrl: string;
}

const started = globalThis as { krosAiE2eN8n?: N8nInstance; krosAiE2eControl?: Server };

/** Starts the n8n that all files of this suite use, with the packed checkout and an owner. */
export async function startSharedN8n(): Promise<void> {
	const say = (line: string) => process.stderr.write(`${line}\n`);
	const install = await ensureN8n({ onProgress: say });
	const n8n = await withPackedCheckout(async (tarball) => await startN8n({ install, tarball }));
	started.krosAiE2eN8n = n8n;
	const client = new N8nClient(n8n.url);
	await client.setUpOwner();
	const shared: Shared = {
		url: n8n.url,
		logFile: n8n.logFile,
		session: client.session,
		restartUrl: await listenForRestarts(n8n),
	};
	process.env[VARIABLE] = JSON.stringify(shared);
	say(`n8n ${install.version} runs at ${n8n.url}`);
}

/** Stops it and leaves nothing behind. */
export async function stopSharedN8n(): Promise<void> {
	started.krosAiE2eControl?.close();
	await started.krosAiE2eN8n?.stop();
}

/** The n8n of this suite, with a client that is logged in as its owner. */
export function sharedN8n(): {
	url: string;
	logFile: string;
	client: N8nClient;
	/** Stops it and starts it again on its data (about 8 s). A test file that does so runs alone. */
	restart(): Promise<void>;
} {
	const { url, logFile, session, restartUrl } = JSON.parse(process.env[VARIABLE] ?? '{}') as Shared;
	if (!url) throw new Error('No n8n was started: run these tests as the jest project "e2e".');
	const restart = async () => {
		const answer = await fetch(restartUrl, { method: 'POST' });
		if (!answer.ok) throw new Error(`n8n did not start again: ${await answer.text()}`);
	};
	return { url, logFile, client: new N8nClient(url, session), restart };
}

/** jest runs the test files away from this process's objects: they ask by HTTP. Gives the address. */
async function listenForRestarts(n8n: N8nInstance): Promise<string> {
	const control = createServer((_request, response) => {
		n8n.restart().then(
			() => response.end(),
			(error: Error) => response.writeHead(500).end(error.message),
		);
	});
	started.krosAiE2eControl = control;
	await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
	control.unref();
	return `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
}
