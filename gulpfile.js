const { randomUUID } = require('node:crypto');
const { mkdir, rm, writeFile } = require('node:fs/promises');
const { spawn } = require('node:child_process');
const { basename, dirname, relative } = require('node:path');
const esbuild = require('esbuild');
const { dest, parallel, series, src, watch } = require('gulp');
const tsx = require('tsx/cjs/api');

const { nodes, credentials } = require('./package.json').n8n;

/** What n8n is told of in package.json. */
const REGISTERED = [...nodes, ...credentials];

/** All of that in one file, so that n8n reads one at its start instead of a hundred. */
const BUNDLE = 'dist/nodes/KrosAi/nodes.js';

/** What takes long to load and few executions need: a file of its own, loaded at first use. */
const LAZY = ['phone/phoneNumber', 'rules/zoneTable'];

/** The only file that imports the phone library, which is inlined there: n8n allows no dependencies. */
const PHONE_NUMBER = LAZY[0];

/** Constants that are made of the phone library: n8n asks for them at its start. */
const CONSTANTS = 'descriptions/countryOptions';

const PHONE_LIBRARY_NOTICE =
	'/*! Contains libphonenumber-js (MIT, (c) 2016 @catamphetamine) and the metadata of libphonenumber (Apache-2.0, (c) Google). */';

const OPTIONS = {
	bundle: true,
	platform: 'node',
	target: 'node20',
	format: 'cjs',
	legalComments: 'inline',
	logLevel: 'warning',
};

async function clean() {
	await rm('dist', { recursive: true, force: true });
}

function types(done) {
	const tsc = spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '--noEmit'], {
		stdio: 'inherit',
	});
	tsc.on('exit', (code) =>
		done(code === 0 ? undefined : new Error('TypeScript found faults, see above')),
	);
}

const sourceOf = (file) => file.replace(/^dist(.*)\.js$/, '.$1');

const filterOf = (names) => new RegExp(`/KrosAi/(${names.join('|')})\\.ts$`);

/** The exports of a source file as it is now: `watch` asks again, and each namespace has a cache of its own. */
const evaluate = (file) => tsx.register({ namespace: randomUUID() }).require(file, __filename);

/** Puts the value of a constant into the bundle, in the place of the code that makes it. */
const constants = {
	name: 'constants',
	setup({ onLoad }) {
		onLoad({ filter: filterOf([CONSTANTS]) }, ({ path }) => ({
			contents: Object.entries(evaluate(path))
				.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
				.join('\n'),
		}));
	},
};

/** Puts in the place of a file its exports as getters, which load it. */
const lazy = {
	name: 'lazy',
	setup({ onLoad }) {
		onLoad({ filter: filterOf(LAZY) }, ({ path }) => {
			const file = LAZY.find((name) => path.endsWith(`/${name}.ts`));
			const getters = Object.keys(evaluate(path)).map(
				(name) => `get ${name}() { return load().${name}; },`,
			);
			return {
				contents: `let loaded;
					const load = () => (loaded ??= require('./${file}.js'));
					module.exports = { ${getters.join('\n')} };`,
			};
		});
	},
};

/** From the TypeScript source: bundled from compiled CommonJS, the phone library fails n8n's scan. */
async function bundle() {
	await Promise.all([
		esbuild.build({
			...OPTIONS,
			stdin: {
				contents: REGISTERED.map((file) => `export * from '${sourceOf(file)}';`).join('\n'),
				resolveDir: __dirname,
			},
			outfile: BUNDLE,
			external: ['n8n-workflow', ...LAZY.map((file) => `./${file}.js`)],
			plugins: [constants, lazy],
		}),
		...LAZY.map((file) =>
			esbuild.build({
				...OPTIONS,
				entryPoints: [`nodes/KrosAi/${file}.ts`],
				outfile: `dist/nodes/KrosAi/${file}.js`,
				minify: true,
				banner: file === PHONE_NUMBER ? { js: PHONE_LIBRARY_NOTICE } : {},
			}),
		),
	]);
}

/** The files that n8n loads: each gives the class of its name. */
async function registered() {
	for (const file of REGISTERED) {
		const name = basename(file).split('.')[0];
		const path = relative(dirname(file), BUNDLE);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, `exports.${name} = require('./${path}').${name};\n`);
	}
}

function icons() {
	return src('nodes/**/*.svg', { encoding: false }).pipe(dest('dist/nodes'));
}

function codex() {
	return src('nodes/**/*.node.json').pipe(dest('dist/nodes'));
}

const build = series(clean, parallel(types, bundle, registered, icons, codex));

function watchSources() {
	watch(
		'{nodes,credentials}/**/*.ts',
		{ ignoreInitial: false },
		parallel(types, bundle, registered),
	);
	watch('nodes/**/*.svg', { ignoreInitial: false }, icons);
	watch('nodes/**/*.node.json', { ignoreInitial: false }, codex);
}

module.exports = { build, watch: watchSources, default: build };
