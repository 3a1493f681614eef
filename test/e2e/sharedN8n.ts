import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type RunningChromium, startChromium } from '../n8n/chromium';
import { ensureN8n } from '../n8n/install';
import { type N8nInstance, startN8n } from '../n8n/instance';
import { N8nClient } from '../n8n/client';
import { withPackedCheckout } from '../n8n/pack';

const VARIABLE = 'KROSAI_E2E_N8N';

interface Shared {
	url: string;
	logFile: string;
	session: string | undefined;
	/** Where the process that started it listens for wishes: see `listenForWishes`. */
	controlUrl: string;
}

const started = globalThis as {
	krosAiE2eN8ns?: N8nInstance[];
	krosAiE2eChromiums?: Array<Promise<RunningChromium> | undefined>;
	krosAiE2eControl?: Server;
};

const say = (line: string) => process.stderr.write(`${line}\n`);

/**
 * Starts what all files of this suite use, with the packed checkout and an owner: an n8n for each
 * worker of jest, so that files which run at the same time don't see each other.
 */
export async function startSharedN8n({ maxWorkers }: { maxWorkers: number }): Promise<void> {
	const install = await ensureN8n({ onProgress: say });
	const n8ns = await withPackedCheckout(
		async (tarball) =>
			await Promise.all(
				Array.from({ length: maxWorkers }, async () => await startN8n({ install, tarball })),
			),
	);
	started.krosAiE2eN8ns = n8ns;
	const controlUrl = await listenForWishes(n8ns);
	const shared = n8ns.map(async ({ url, logFile }, index): Promise<Shared> => {
		const client = new N8nClient(url);
		await client.setUpOwner();
		say(`n8n ${install.version} runs at ${url}`);
		return { url, logFile, session: client.session, controlUrl: `${controlUrl}/${index}` };
	});
	process.env[VARIABLE] = JSON.stringify(await Promise.all(shared));
}

/** Stops them and leaves nothing behind. */
export async function stopSharedN8n(): Promise<void> {
	const { krosAiE2eControl, krosAiE2eChromiums = [], krosAiE2eN8ns = [] } = started;
	krosAiE2eControl?.close();
	await Promise.all(krosAiE2eChromiums.map(async (chromium) => await (await chromium)?.close()));
	await Promise.all(krosAiE2eN8ns.map(async (n8n) => await n8n.stop()));
}

/** The n8n that a test file has to itself, with a client that is logged in as its owner. */
export function sharedN8n(): {
	url: string;
	logFile: string;
	client: N8nClient;
	/** Stops it and starts it again on its data (about 8 s). */
	restart(): Promise<void>;
	/** Ends it at once, as a crash does. `restart` brings it back. */
	kill(): Promise<void>;
	/** Where to connect to a Chromium, which is started for the first file that wants one. */
	chromium(): Promise<string>;
} {
	const all = JSON.parse(process.env[VARIABLE] ?? '[]') as Shared[];
	const mine = all[Number(process.env.JEST_WORKER_ID ?? 1) - 1];
	if (!mine) throw new Error('No n8n was started: run these tests as the jest project "e2e".');
	const { url, logFile, session, controlUrl } = mine;
	const wish = async (what: string) => {
		const answer = await fetch(`${controlUrl}/${what}`, { method: 'POST' });
		if (!answer.ok) throw new Error(`No ${what}: ${await answer.text()}`);
		return await answer.text();
	};
	return {
		url,
		logFile,
		client: new N8nClient(url, session),
		restart: async () => void (await wish('restart')),
		kill: async () => void (await wish('kill')),
		chromium: async () => await wish('chromium'),
	};
}

/** jest runs the test files away from this process's objects: they ask by HTTP. Gives the address. */
async function listenForWishes(n8ns: N8nInstance[]): Promise<string> {
	const chromiums: Array<Promise<RunningChromium> | undefined> = [];
	const wishes: Record<string, (index: number) => Promise<string | void>> = {
		restart: async (index) => await n8ns[index]!.restart(),
		kill: async (index) => await n8ns[index]!.kill(),
		chromium: async (index) => (await (chromiums[index] ??= startChromium(say))).endpoint,
	};
	const control = createServer(({ url = '' }, response) => {
		const [, index, what] = url.split('/');
		wishes[what!]!(Number(index)).then(
			(answer) => response.end(answer ?? ''),
			(error: Error) => response.writeHead(500).end(error.message),
		);
	});
	started.krosAiE2eChromiums = chromiums;
	started.krosAiE2eControl = control;
	await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
	control.unref();
	return `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
}
