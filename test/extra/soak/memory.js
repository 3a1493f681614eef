// Loaded into n8n before itself (NODE_OPTIONS=--require). At SIGUSR2 it collects garbage and writes
// down how much memory is really held, so that a leak can be told from what waits to be collected.
const { writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const file = process.env.KROSAI_MEMORY_FILE;
// n8n's task runners inherit the option and not the variable.
if (file) {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc');
	process.on('SIGUSR2', () => {
		collect();
		collect();
		writeFileSync(file, JSON.stringify({ ...process.memoryUsage(), at: Date.now() }));
	});
}
