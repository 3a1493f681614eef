import { readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/** Each file of nodes/ and credentials/ has its tests in test/unit, under the same name. */
const ROOT = resolve(__dirname, '../..');

const filesIn = (folder: string) =>
	readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => `${folder}/${file}`);

/** What the editor shows is looked at as a whole: docs/panel.txt and the tests of the nodes. */
const AS_A_WHOLE = 'nodes/KrosAi/descriptions/';

/** Types, constants and lists of other things hold nothing that could go wrong by itself. */
function holdsCode(file: string): boolean {
	const text = readFileSync(resolve(ROOT, file), 'utf8');
	const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
	const isCode = (node: ts.Node): boolean =>
		(ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) ||
		ts.forEachChild(node, isCode) === true;
	return isCode(source);
}

it('has no hole', () => {
	const sources = [...filesIn('nodes'), ...filesIn('credentials')];
	const tests = new Set(filesIn('test/unit'));
	/** The operations of one subject may share their tests. */
	const testsOf = (file: string) => {
		const mirrored = `test/unit/${file.replace(/^nodes\//, '')}`;
		return [mirrored.replace(/\.ts$/, '.test.ts'), `${dirname(mirrored)}/operations.test.ts`];
	};
	const expected = sources.filter((file) => !file.startsWith(AS_A_WHOLE) && holdsCode(file));
	expect(expected.length).toBeGreaterThan(60);
	expect(expected.filter((file) => !testsOf(file).some((test) => tests.has(test)))).toEqual([]);
});
