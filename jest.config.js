/** Three suites, picked with --selectProjects: unit (seconds), engine (n8n-core), e2e (a whole n8n). */
const shared = {
	rootDir: __dirname,
	testEnvironment: 'node',
	transform: {
		'^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
	},
};

module.exports = {
	projects: [
		{
			...shared,
			displayName: 'unit',
			testMatch: [
				'<rootDir>/test/{nodes,credentials,simulator,scripts}/**/*.test.ts',
				'<rootDir>/test/*.test.ts',
			],
		},
		{ ...shared, displayName: 'engine', testMatch: ['<rootDir>/test/engine/**/*.test.ts'] },
		{ ...shared, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
	],
};
