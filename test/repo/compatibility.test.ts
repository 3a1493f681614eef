import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MATRIX, merge, ofMatrix, tableOf, type Tried, withTable } from '../extra/versions/matrix';
import { minorOf } from '../n8n/versions';

const read = (file: string) => readFileSync(resolve(__dirname, '../..', file), 'utf8');
const results = JSON.parse(read('docs/compatibility.json')) as Tried[];

it('shows in both tables what the last run of each version found, and nothing else', () => {
	expect(withTable(read('docs/compatibility.md'), results)).toBe(read('docs/compatibility.md'));
	expect(withTable(read('README.md'), ofMatrix(results))).toBe(read('README.md'));
	expect(merge([], results)).toEqual(results);
});

it('has tried every version of the matrix', () => {
	expect(ofMatrix(results).map(({ n8n }) => minorOf(n8n))).toEqual(MATRIX.map(minorOf));
});

const tried = (n8n: string, on: string, passed = { call: true, trigger: true }): Tried => ({
	n8n,
	node: 24,
	on,
	passed,
});

it('keeps the last result of each supported minor', () => {
	const earlier = [tried('2.9.1', '2026-01-02'), tried('2.10.0', '2026-01-01')];
	const later = [
		tried('2.10.3', '2026-01-02'),
		tried('2.9.0', '2026-01-01'),
		tried('1.84.0', '2026-01-01'),
	];
	expect(merge(earlier, later).map(({ n8n }) => n8n)).toEqual(['2.9.1', '2.10.3']);
});

it('says of each version what did not work', () => {
	const found = [
		tried('2.10.0', '2026-01-01', { call: true, trigger: false }),
		tried('2.41.1', '2026-01-01'),
	];
	expect(tableOf(found).split('\n')).toEqual([
		'| n8n | Node | Call | Trigger |',
		'| --- | --- | --- | --- |',
		'| 2.10.0 | 24 | ✓ | no |',
		'| 2.41.1 | 24 | ✓ | ✓ |',
	]);
});
