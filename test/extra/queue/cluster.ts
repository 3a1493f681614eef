import { ensureN8n } from '../../n8n/install';
import { type N8nInstance, startN8n } from '../../n8n/instance';
import { N8nClient } from '../../n8n/client';
import { withPackedCheckout } from '../../n8n/pack';
import { freePort } from '../../n8n/ports';
import { startServices } from './services';

/** n8n in queue mode: every part a process of its own, each with the packed package installed. */
export interface Cluster {
	/** The editor and the timers. It also takes webhooks, at its own address. */
	main: N8nInstance;
	workers: [N8nInstance, N8nInstance];
	/** Takes webhooks, at the address that n8n gives out. */
	webhooks: N8nInstance;
	client: N8nClient;
	stop(): Promise<void>;
}

/**
 * Half a minute, and 2.5 GB of memory.
 *
 * @param environment more variables for each process
 * @param version of n8n; default that of the other tests
 */
export async function startCluster(
	environment: Record<string, string> = {},
	version?: string,
): Promise<Cluster> {
	const say = (line: string) => process.stderr.write(`${line}\n`);
	const install = await ensureN8n({ version, onProgress: say });
	const services = await startServices();
	const running: N8nInstance[] = [];
	const stop = async () => {
		await Promise.all(running.map(async (instance) => await instance.stop()));
		await services.stop();
	};
	try {
		const webhookPort = await freePort();
		const shared = {
			...services.environment,
			// Without it each process would give out its own address.
			WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/`,
			...environment,
		};
		return await withPackedCheckout(async (tarball) => {
			const start = async (role: 'start' | 'worker' | 'webhook', port?: number) => {
				const instance = await startN8n({ install, tarball, role, port, environment: shared });
				running.push(instance);
				return instance;
			};
			// The main process first: it makes the tables.
			const main = await start('start');
			const [first, second, webhooks] = await Promise.all([
				start('worker'),
				start('worker'),
				start('webhook', webhookPort),
			]);
			const client = new N8nClient(main.url);
			await client.setUpOwner();
			return { main, workers: [first, second], webhooks, client, stop };
		});
	} catch (error) {
		await stop();
		throw error;
	}
}

/** The executions that a worker has begun, by what it has printed. */
export async function startedBy(worker: N8nInstance): Promise<string[]> {
	const log = await worker.log();
	return [...log.matchAll(/Worker started execution (\d+)/g)].map(([, id]) => id!);
}
