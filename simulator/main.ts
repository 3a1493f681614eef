import { parseArgs } from 'node:util';
import { DEFAULT_KEY, ORGANIZATION_ID } from './catalogue';
import { startSimulator } from './index';
import type { SimulatorOptions } from './settings';
import type { Simulator } from './simulator';

const HELP = `KrosAI on this machine, for trying the node without an account. No real call is placed.

npm run simulator -- [options]

  --api <name>      v1 (default), or bridge: the KrosAI Bridge API
  --port <number>   port on 127.0.0.1 (default 4010; 0 = any free one)
  --plan <name>     free, pro, business or enterprise (default): how many calls at once
  --speed <factor>  the calls live this many times faster (default 1)
  --paging <style>  how lists answer: offset (default), page, bare, ignored, meta, hasMore,
                    bareParts or endless
  --help            this text`;

/** `npm run simulator`: stays up until Ctrl-C. */
async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			api: { type: 'string' },
			port: { type: 'string', default: '4010' },
			plan: { type: 'string' },
			speed: { type: 'string', default: '1' },
			paging: { type: 'string' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) {
		console.log(HELP);
		return;
	}
	// The simulator checks what it gets and names what is wrong.
	const simulator = await startSimulator({
		api: values.api,
		port: Number(values.port),
		plan: values.plan,
		speed: Number(values.speed),
		pagingStyle: values.paging,
	} as SimulatorOptions);
	console.log(`KrosAI simulator: ${simulator.origin}  (open it to see the calls)

${credentialOf(simulator)}

Ctrl-C ends it.`);
	const stop = () => void simulator.close();
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

/** What to put into the credential. */
function credentialOf({ api, baseUrl }: Simulator): string {
	const fields = [
		['API', api === 'bridge' ? 'KrosAI Bridge API' : 'KrosAI API'],
		['Base URL', baseUrl],
		['API key', DEFAULT_KEY],
		...(api === 'bridge' ? [['Organization ID', ORGANIZATION_ID]] : []),
	];
	return fields.map(([name = '', value]) => `  ${name.padEnd(16)}${value}`).join('\n');
}

main().catch((error: NodeJS.ErrnoException & { port?: number }) => {
	console.error(
		error.code === 'EADDRINUSE'
			? `Port ${error.port} is taken. Choose another one: npm run simulator -- --port 0`
			: error.message,
	);
	process.exitCode = 1;
});
