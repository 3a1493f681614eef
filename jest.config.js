/**
 * The suites, picked with --selectProjects: unit (seconds), engine (n8n-core), e2e (a whole n8n),
 * memory (a whole n8n that is killed, stopped and retried), queue (n8n in several processes),
 * versions (a whole n8n of another version), soak (a whole n8n under load).
 */
const { bundleOfWorkflow } = require('./test/n8n/workflowBundle');

const swc = ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }];

const shared = {
	rootDir: __dirname,
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': swc },
};

/** Packages of n8n 2.0's engine that jest can't load as they are, being ES modules. */
const ES_MODULES = '(p-retry|is-network-error)';

module.exports = {
	// For `npm run coverage`.
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	coverageReporters: ['text', 'html'],
	coverageThreshold: { global: { lines: 95, branches: 95 } },
	// For a machine with other work to do. What takes longer than this says so itself.
	testTimeout: 30_000,
	// Tests wait more than they work: with a core left free, as jest does, two cores took twice as long.
	maxWorkers: '100%',
	projects: [
		{
			...shared,
			displayName: 'unit',
			moduleNameMapper: { '^n8n-workflow$': bundleOfWorkflow() },
			testMatch: ['<rootDir>/test/{unit,repo}/**/*.test.ts', '<rootDir>/simulator/**/*.test.ts'],
		},
		{
			...shared,
			displayName: 'engine',
			testMatch: ['<rootDir>/test/engine/**/*.test.ts'],
			transform: {
				...shared.transform,
				[`/node_modules/${ES_MODULES}/.+\\.js$`]: [
					'@swc/jest',
					{ module: { type: 'commonjs' }, jsc: { target: 'es2022' } },
				],
			},
			transformIgnorePatterns: [`/node_modules/(?!${ES_MODULES}/)`],
		},
		{
			...shared,
			displayName: 'chaos',
			testMatch: ['<rootDir>/test/extra/chaos/**/*.test.ts'],
		},
		{
			...shared,
			displayName: 'e2e',
			testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
			globalSetup: '<rootDir>/test/e2e/globalSetup.ts',
			globalTeardown: '<rootDir>/test/e2e/globalTeardown.ts',
			setupFilesAfterEnv: ['<rootDir>/test/e2e/timeouts.ts'],
		},
		{
			...shared,
			displayName: 'memory',
			testMatch: ['<rootDir>/test/extra/memory/**/*.test.ts'],
		},
		{
			...shared,
			displayName: 'queue',
			testMatch: ['<rootDir>/test/extra/queue/**/*.test.ts'],
		},
		{
			...shared,
			displayName: 'versions',
			testMatch: ['<rootDir>/test/extra/versions/**/*.test.ts'],
		},
		{
			...shared,
			displayName: 'soak',
			testMatch: ['<rootDir>/test/extra/soak/**/*.test.ts'],
		},
	],
};
