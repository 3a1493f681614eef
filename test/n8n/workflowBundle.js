/**
 * n8n-workflow in one file, made of the installed one: each test file loads it anew, and 500 modules
 * take twice as long as one.
 */
const { statSync } = require('node:fs');
const { resolve } = require('node:path');

const ROOT = resolve(__dirname, '../..');

const madeAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** @returns the path of the file, which is made where it isn't there yet, or was made in another way */
exports.bundleOfWorkflow = () => {
	const { version } = require('n8n-workflow/package.json');
	const outfile = resolve(ROOT, `.cache/n8n-workflow-${version}.js`);
	if (madeAt(outfile) < madeAt(__filename)) {
		require('esbuild').buildSync({
			entryPoints: [require.resolve('n8n-workflow')],
			outfile,
			bundle: true,
			platform: 'node',
			format: 'cjs',
			external: ['luxon'],
			// n8n's errors are told by the names of their classes.
			keepNames: true,
			logLevel: 'error',
		});
	}
	return outfile;
};
