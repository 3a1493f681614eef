/**
 * The unit tests of one file of `nodes/KrosAi`, for Stryker, which runs them once for each change
 * that it makes there: scripts/mutation.ts says which tests these are.
 */
const { projects } = require('../../jest.config');

const unit = projects.find(({ displayName }) => displayName === 'unit');

module.exports = {
	...unit,
	testMatch: [`<rootDir>/${process.env.KROSAI_MUTATION_TESTS}`],
	// Thousands of random cases each: too slow to be run for each change.
	testPathIgnorePatterns: ['/node_modules/', '\\.property\\.test\\.ts$', '\\.fuzz\\.test\\.ts$'],
};
