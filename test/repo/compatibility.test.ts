import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MATRIX, tableOf, type Tried, withTable } from '../extra/versions/matrix';

const read = (file: string) => readFileSync(resolve(__dirname, '../..', file), 'utf8');
const results = JSON.parse(read('docs/compatibility.json')) as Tried[];

it("shows in the README's table what was found, and nothing else", () => {
	expect(withTable(read('README.md'), results)).toBe(read('README.md'));
});

it('has tried every version of the matrix', () => {
	expect(results.map(({ n8n, node }) => ({ n8n, node }))).toEqual(MATRIX);
});

it('says of each version what did not work', () => {
	const tried = [
		{ n8n: '1.0.0', node: 20, on: '2026-01-01', passed: { call: true, trigger: false } },
		{ n8n: '2.0.0', node: 24, on: '2026-01-01', passed: { call: true, trigger: true } },
	];
	expect(tableOf(tried).split('\n')).toEqual([
		'| n8n | Node | Call | Trigger |',
		'| --- | --- | --- | --- |',
		'| 1.0.0 | 20 | ✓ | no |',
		'| 2.0.0 | 24 | ✓ | ✓ |',
	]);
});
