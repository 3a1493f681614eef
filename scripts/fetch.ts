/**
 * Fetches into the cache folder what the tests need beside node_modules: older engines, a whole n8n,
 * a Chromium. `npm test` runs it beside its first suites, in the order in which the later ones need it.
 */
import { ensureEngine, ENGINES } from '../test/engine/ensureEngine';
import { ensureChromium } from '../test/n8n/chromium';
import { ensureN8n } from '../test/n8n/install';

const say = (line: string) => console.log(line);

const FETCHES = [
	...Object.keys(ENGINES).map((version) => async () => await ensureEngine(version, say)),
	async () => await ensureN8n({ onProgress: say }),
	async () => await ensureChromium(say),
];

async function main(): Promise<void> {
	for (const fetchOne of FETCHES) {
		try {
			await fetchOne();
		} catch (error) {
			console.error((error as Error).message);
			process.exitCode = 1;
		}
	}
}

// The listener may be gone. What was begun is brought to its end, or the next run finds half of it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
void main();
