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

const started = globalThis as { krosAiE2eN8ns?: N8nInstance[]; krosAiE2eControl?: Server };

/**
 * Starts what all files of this suite use, with the packed checkout and an owner: an n8n for each
 * worker of jest, so that files which run at the same time don't see each other.
 */
export async function startSharedN8n({ maxWorkers }: { maxWorkers: number }): Promise<void> {
	const say = (line: string) => process.stderr.write(`${line}\n`);
	const install = await ensureN8n({ onProgress: say });
	const n8ns = await withPackedCheckout(
		async (tarball) =>
			await Promise.all(
				Array.from({ length: maxWorkers }, async () => await startN8n({ install, tarball })),
			),
	);
	started.krosAiE2eN8ns = n8ns;
	const controlUrl = await listenForRestarts(n8ns);
	const shared = n8ns.map(async ({ url, logFile }, index): Promise<Shared> => {
		const client = new N8nClient(url);
		await client.setUpOwner();
		say(`n8n ${install.version} runs at ${url}`);
		return { url, logFile, session: client.session, restartUrl: `${controlUrl}/${index}` };
	});
	process.env[VARIABLE] = JSON.stringify(await Promise.all(shared));
}

/** Stops them and leaves nothing behind. */
export async function stopSharedN8n(): Promise<void> {
	started.krosAiE2eControl?.close();
	await Promise.all((started.krosAiE2eN8ns ?? []).map(async (n8n) => await n8n.stop()));
}

/** The n8n that a test file has to itself, with a client that is logged in as its owner. */
export function sharedN8n(): {
	url: string;
	logFile: string;
	client: N8nClient;
	/** Stops it and starts it again on its data (about 8 s). */
	restart(): Promise<void>;
} {
	const all = JSON.parse(process.env[VARIABLE] ?? '[]') as Shared[];
	const mine = all[Number(process.env.JEST_WORKER_ID ?? 1) - 1];
	if (!mine) throw new Error('No n8n was started: run these tests as the jest project "e2e".');
	const { url, logFile, session, restartUrl } = mine;
	const restart = async () => {
		const answer = await fetch(restartUrl, { method: 'POST' });
		if (!answer.ok) throw new Error(`n8n did not start again: ${await answer.text()}`);
	};
	return { url, logFile, client: new N8nClient(url, session), restart };
}

/** jest runs the test files away from this process's objects: they ask by HTTP. Gives the address. */
async function listenForRestarts(n8ns: N8nInstance[]): Promise<string> {
	const control = createServer(({ url = '' }, response) => {
		n8ns[Number(url.slice(1))]!.restart().then(
			() => response.end(),
			(error: Error) => response.writeHead(500).end(error.message),
		);
	});
	started.krosAiE2eControl = control;
	await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
	control.unref();
	return `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
}
