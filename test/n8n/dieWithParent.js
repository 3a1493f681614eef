// Loaded into n8n before itself (node --require). Descriptor 3 is a pipe from the process that
// started it: when that process is gone, killed or crashed, the pipe closes, and n8n, the task
// runners in its process group and its temporary folder go as well.
const { rmSync } = require('node:fs');
const { Socket } = require('node:net');

const pipe = new Socket({ fd: 3, readable: true, writable: false });
pipe.on('error', () => {});
pipe.on('close', () => {
	rmSync(process.env.KROSAI_TEMPORARY_FOLDER, { recursive: true, force: true });
	process.kill(-process.pid, 'SIGKILL');
});
pipe.resume();
pipe.unref();
