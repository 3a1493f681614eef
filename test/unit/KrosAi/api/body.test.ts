import { once } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { discardBody, limitBody, readBody } from '../../../../nodes/KrosAi/api/body';

const read = async (...chunks: Array<string | Buffer>) =>
	await readBody(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));

it('is the whole text, wherever it was cut', async () => {
	const bytes = Buffer.from('{"name":"Ọlá"}');
	expect(await read(...Array.from(bytes, (byte) => Buffer.from([byte])))).toBe('{"name":"Ọlá"}');
	expect(await read()).toBe('');
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

describe('that n8n reads', () => {
	const READERS: Array<[string, (stream: Readable) => Promise<number>]> = [
		[
			'as it flows',
			async (stream) =>
				await new Promise((resolve, reject) => {
					let size = 0;
					stream.on('data', (chunk: Buffer) => (size += chunk.length));
					stream.on('end', () => resolve(size)).on('error', reject);
				}),
		],
		['piece by piece', async (stream) => (await buffer(stream)).length],
		[
			'into a file',
			async (stream) => {
				let size = 0;
				const write = (chunk: Buffer, _: string, done: () => void) => {
					size += chunk.length;
					done();
				};
				await pipeline(stream, new Writable({ write: write as never }));
				return size;
			},
		],
	];
	const chunks = () => Readable.from(Array.from({ length: 10 }, () => Buffer.alloc(1000)));

	it.each(READERS)('%s, is whole up to its limit, though it is read later', async (_, size) => {
		const stream = chunks();
		const tell = jest.fn();
		limitBody(stream, 10_000, tell);
		await new Promise((resolve) => setTimeout(resolve, 5));
		expect(await size(stream)).toBe(10_000);
		expect(tell).not.toHaveBeenCalled();
	});

	it.each(READERS)('%s, breaks off behind it', async (_, size) => {
		const stream = chunks();
		const tell = jest.fn();
		limitBody(stream, 9_999, tell);
		await expect(size(stream)).rejects.toThrow('longer than is read');
		expect(tell).toHaveBeenCalledTimes(1);
		if (!stream.closed) await once(stream, 'close');
	});
});
