/**
 * What units use of n8n-workflow in one file, made of the installed one: each test file loads it anew,
 * and all 500 modules take many times as long.
 */
const { statSync } = require('node:fs');
const { resolve } = require('node:path');

const ROOT = resolve(__dirname, '../..');

/** What the nodes load and their tests compare with, by the module that has it. */
const USED = {
	'errors/index.js': ['NodeApiError', 'NodeOperationError'],
	'interfaces.js': ['NodeConnectionTypes'],
	'type-validation.js': ['tryToParseDateTime'],
	'utils.js': ['sleep'],
};

const madeAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const exportsOfUsed = () =>
	Object.entries(USED)
		.map(([file, names]) => `export { ${names} } from 'n8n-workflow/dist/esm/${file}'`)
		.join(';');

/** @returns the path of the file, which is made where it isn't there yet, or was made in another way */
exports.bundleOfWorkflow = () => {
	const { version } = require('n8n-workflow/package.json');
	const outfile = resolve(ROOT, `.cache/n8n-workflow-${version}.js`);
	if (madeAt(outfile) < madeAt(__filename)) {
		require('esbuild').buildSync({
			stdin: { contents: exportsOfUsed(), resolveDir: ROOT },
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
