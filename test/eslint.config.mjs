// Tests and scripts may use what n8n forbids in a node (timers, process, console), so they have
// rules of their own. The nodes are linted by n8n's template in the package's root.
import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(js.configs.recommended, tseslint.configs.recommended, {
	files: ['**/*.js'],
	languageOptions: { globals: globals.node },
	rules: { '@typescript-eslint/no-require-imports': 'off' },
});
