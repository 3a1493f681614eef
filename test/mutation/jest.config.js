/**
 * The unit tests of `nodes/` alone, for Stryker, which runs them once for each change that it makes.
 * They know their sources; what needs the built package, n8n or a browser would prove nothing here.
 */
const { projects } = require('../../jest.config');

const unit = projects.find(({ displayName }) => displayName === 'unit');

module.exports = {
	...unit,
	testMatch: ['<rootDir>/test/nodes/**/*.test.ts'],
	// Thousands of random cases each: too slow to be run for each change.
	testPathIgnorePatterns: ['/node_modules/', '\\.property\\.test\\.ts$', '\\.fuzz\\.test\\.ts$'],
};
