import { oneAtATime } from '../../../../nodes/KrosAi/util/oneAtATime';

/** Waits until it is let go, and writes down its beginning and its end. */
function work(name: string, seen: string[]) {
	let letGo: (failure?: Error) => void = () => {};
	const held = new Promise<void>((resolve, reject) => {
		letGo = (failure) => (failure ? reject(failure) : resolve());
	});
	const run = async () => {
		seen.push(`${name} begins`);
		await held.finally(() => seen.push(`${name} ends`));
		return name;
	};
	return { run, letGo };
}

/** Whatever can go on without being let go has done so. */
const idle = async () => await new Promise((resolve) => setImmediate(resolve));

it('runs one after the other what stands in the same line, and gives each its result', async () => {
	const seen: string[] = [];
	const works = ['a', 'b', 'c'].map((name) => work(name, seen));
	const results = works.map(async ({ run }) => await oneAtATime('line', run));
	for (const { letGo } of works) {
		await idle();
		letGo();
	}
	expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
	expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

it.each<[string, unknown, unknown]>([
	['two names', 'a', 'b'],
	['two objects that look alike', {}, {}],
])('runs at the same time what stands in different lines: %s', async (_, one, other) => {
	const seen: string[] = [];
	const [first, second] = [work('first', seen), work('second', seen)];
	const results = [oneAtATime(one, first.run), oneAtATime(other, second.run)];
	await idle();
	expect(seen).toEqual(['first begins', 'second begins']);
	[first, second].forEach(({ letGo }) => letGo());
	await Promise.all(results);
});

it('goes on after one that failed, and tells its caller alone', async () => {
	const seen: string[] = [];
	const [first, second] = [work('first', seen), work('second', seen)];
	const failed = oneAtATime('line', first.run);
	const done = oneAtATime('line', second.run);
	first.letGo(new Error('The disk is full'));
	second.letGo();
	await expect(failed).rejects.toThrow('The disk is full');
	expect(await done).toBe('second');
});

it('keeps none waiting for a line that is empty again', async () => {
	await oneAtATime('line', async () => await idle());
	const seen: string[] = [];
	const { run, letGo } = work('next', seen);
	const result = oneAtATime('line', run);
	await idle();
	expect(seen).toEqual(['next begins']);
	letGo();
	await result;
});
