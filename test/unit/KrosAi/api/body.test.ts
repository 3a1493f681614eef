import { PassThrough, Readable } from 'node:stream';
import { discardBody, readBody } from '../../../../nodes/KrosAi/api/body';

const read = async (...chunks: Array<string | Buffer>) =>
	await readBody(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));

it('is the whole text, wherever it was cut', async () => {
	const bytes = Buffer.from('{"name":"Ọlá"}');
	expect(await read(...Array.from(bytes, (byte) => Buffer.from([byte])))).toBe('{"name":"Ọlá"}');
	expect(await read()).toBe('');
});

it('is without a byte order mark, which no reader of JSON takes', async () => {
	expect(await read('\ufeff{}')).toBe('{}');
});

it.each([
	[5_000_000, 5_000_000],
	[5_000_001, '[longer than 5 MB]'.length],
])('of %d bytes is a text of %d characters', async (bytes, length) => {
	const half = bytes >> 1;
	expect(await read('x'.repeat(half), 'x'.repeat(bytes - half))).toHaveLength(length);
});

it('that is too long ends its stream', async () => {
	const stream = new PassThrough({ highWaterMark: 6_000_000 });
	stream.write(Buffer.alloc(5_000_001));
	await readBody(stream);
	expect(stream.destroyed).toBe(true);
});

describe('that breaks off', () => {
	it.each<[string, (stream: PassThrough) => void, RegExp]>([
		['with a reason', (stream) => stream.destroy(new Error('aborted')), /aborted/],
		['without one', (stream) => stream.destroy(), /the answer broke off/],
	])('%s is none', async (_, breakOff, reason) => {
		const stream = new PassThrough();
		stream.write('{"half":');
		const body = readBody(stream);
		breakOff(stream);
		await expect(body).rejects.toThrow(reason);
	});

	it('before it is read is none', async () => {
		const stream = new PassThrough();
		stream.destroy();
		await new Promise((resolve) => stream.on('close', resolve));
		await expect(readBody(stream)).rejects.toThrow('the answer broke off');
	});
});

it.each([
	['text', 'text'],
	[{ id: 1 }, '{"id":1}'],
	[undefined, ''],
	[null, ''],
	[{ on: 1, destroy: 2 }, '{"on":1,"destroy":2}'],
])('of a helper that has read it already is %j', async (body, text) => {
	expect(await readBody(body)).toBe(text);
	expect(() => discardBody(body)).not.toThrow();
});

it('that is let go of is not held open', () => {
	const stream = new PassThrough();
	discardBody(stream);
	expect(stream.destroyed).toBe(true);
});
