const { rm } = require('node:fs/promises');
const { spawn } = require('node:child_process');
const esbuild = require('esbuild');
const { dest, parallel, series, src, watch } = require('gulp');

/** The only file that imports the phone library, which is inlined there: n8n allows no dependencies. */
const PHONE_NUMBER = 'nodes/KrosAi/phone/phoneNumber';

const PHONE_LIBRARY_NOTICE =
	'/*! Contains libphonenumber-js (MIT, (c) 2016 @catamphetamine) and the metadata of libphonenumber (Apache-2.0, (c) Google). */';

async function clean() {
	await rm('dist', { recursive: true, force: true });
}

function compile(done) {
	const tsc = spawn(process.execPath, [require.resolve('typescript/bin/tsc')], {
		stdio: 'inherit',
	});
	tsc.on('exit', (code) =>
		done(code === 0 ? undefined : new Error('TypeScript found faults, see above')),
	);
}

/** From the TypeScript source: bundled from compiled CommonJS, the library fails n8n's scan. */
async function bundle() {
	await esbuild.build({
		entryPoints: [`${PHONE_NUMBER}.ts`],
		outfile: `dist/${PHONE_NUMBER}.js`,
		bundle: true,
		minify: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		banner: { js: PHONE_LIBRARY_NOTICE },
		logLevel: 'warning',
	});
}

function icons() {
	return src('nodes/**/*.svg', { encoding: false }).pipe(dest('dist/nodes'));
}

function codex() {
	return src('nodes/**/*.node.json').pipe(dest('dist/nodes'));
}

const build = series(clean, compile, parallel(bundle, icons, codex));

function watchSources() {
	watch('{nodes,credentials}/**/*.ts', { ignoreInitial: false }, series(compile, bundle));
	watch('nodes/**/*.svg', { ignoreInitial: false }, icons);
	watch('nodes/**/*.node.json', { ignoreInitial: false }, codex);
}

module.exports = {
	clean,
	compile,
	bundle,
	icons,
	codex,
	build,
	watch: watchSources,
	default: build,
};
