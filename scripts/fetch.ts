/**
 * Fetches into the cache folder what the tests need beside node_modules: older engines, a whole n8n,
 * a Chromium. `npm test` runs it beside its first suites, in the order in which the later ones need it.
 */
import { ensureEngine, ENGINES } from '../test/engine/ensureEngine';
import { ensureChromium } from '../test/n8n/chromium';
import { ensureN8n } from '../test/n8n/install';

const say = (line: string) => console.log(line);

async function main(): Promise<void> {
	for (const version of Object.keys(ENGINES)) await ensureEngine(version, say);
	await ensureN8n({ onProgress: say });
	await ensureChromium(say);
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
