import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const DOCS = join(__dirname, '..', '..', 'docs');
/** Of lossy WebP: letters stay sharp. */
const QUALITY = 0.8;

/** A part of the canvas that differs from the frame before, as a WebP in base64. */
interface Change {
	x: number;
	y: number;
	width: number;
	height: number;
	webp: string;
}

/** A moving picture for the README, only where pictures are asked for: an animated WebP. */
export class Movie {
	private readonly frames: Array<{ png: string; ms: number }> = [];

	/** Adds what the page shows now, all pages being of one size. `hidden`: CSS selectors. */
	async show(page: Page, seconds: number, hidden: string[] = []): Promise<void> {
		if (!process.env.KROSAI_PICTURES) return;
		const style = `${['.el-notification', ...hidden].join()} { display: none !important }`;
		const png = (await page.screenshot({ style })).toString('base64');
		this.frames.push({ png, ms: seconds * 1000 });
	}

	/** Writes `docs/<name>.webp`. Chromium encodes the frames; `page` is one of its pages. */
	async save(name: string, page: Page): Promise<void> {
		if (!process.env.KROSAI_PICTURES) return;
		const changes = await page.evaluate(changesIn, {
			frames: this.frames.map(({ png }) => png),
			quality: QUALITY,
		});
		const { width, height } = changes[0]!;
		const parts = changes.map((change, index) => anmf(change, this.frames[index]!.ms));
		const file = chunk('RIFF', Buffer.from('WEBP'), vp8x(width, height), anim(), ...parts);
		await writeFile(join(DOCS, `${name}.webp`), file);
	}
}

/** In the browser: each frame, cut to where it differs from the one before. */
async function changesIn(input: { frames: string[]; quality: number }): Promise<Change[]> {
	const changes: Change[] = [];
	let before: Uint32Array | undefined;
	for (const png of input.frames) {
		const image = new Image();
		image.src = `data:image/png;base64,${png}`;
		await image.decode();
		const canvas = new OffscreenCanvas(image.width, image.height);
		const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!;
		context.drawImage(image, 0, 0);
		const pixels = new Uint32Array(
			context.getImageData(0, 0, image.width, image.height).data.buffer,
		);
		let [left, top, right, bottom] = [image.width - 2, image.height - 2, 1, 1];
		for (let index = 0; index < pixels.length; index += 1) {
			if (pixels[index] === before?.[index]) continue;
			const [x, y] = [index % image.width, Math.floor(index / image.width)];
			[left, right] = [Math.min(left, x), Math.max(right, x)];
			[top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
		}
		before = pixels;
		// A frame begins at an even pixel.
		const [x, y] = [left - (left % 2), top - (top % 2)];
		const [width, height] = [right + 1 - x, bottom + 1 - y];
		const part = new OffscreenCanvas(width, height);
		part.getContext('2d', { alpha: false })!.drawImage(canvas, -x, -y);
		const blob = await part.convertToBlob({ type: 'image/webp', quality: input.quality });
		let bytes = '';
		for (const byte of new Uint8Array(await blob.arrayBuffer())) bytes += String.fromCharCode(byte);
		changes.push({ x, y, width, height, webp: btoa(bytes) });
	}
	return changes;
}

// The container of WebP (RFC 9649, sections 2.3 to 2.7): numbers are little-endian.

function chunk(name: string, ...content: Buffer[]): Buffer {
	const body = Buffer.concat(content);
	const head = Buffer.alloc(8);
	head.write(name, 'latin1');
	head.writeUInt32LE(body.length, 4);
	return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function threeBytes(...numbers: number[]): Buffer {
	const bytes = Buffer.alloc(numbers.length * 3);
	numbers.forEach((number, index) => bytes.writeUIntLE(number, index * 3, 3));
	return bytes;
}

const ANIMATED = 2;
const vp8x = (width: number, height: number) =>
	chunk('VP8X', Buffer.from([ANIMATED, 0, 0, 0]), threeBytes(width - 1, height - 1));
/** Without a background, repeated for ever. */
const anim = () => chunk('ANIM', Buffer.alloc(6));

/** A frame that stays so long, and is drawn over the one before. */
function anmf({ x, y, width, height, webp }: Change, ms: number): Buffer {
	const noBlending = Buffer.from([2]);
	return chunk(
		'ANMF',
		threeBytes(x / 2, y / 2, width - 1, height - 1, ms),
		noBlending,
		imageIn(Buffer.from(webp, 'base64')),
	);
}

/** The image alone, as its chunk, of a WebP file. */
function imageIn(file: Buffer): Buffer {
	for (let at = 12; at < file.length;) {
		const name = file.toString('latin1', at, at + 4);
		const length = file.readUInt32LE(at + 4);
		const end = at + 8 + length + (length % 2);
		if (name === 'VP8 ' || name === 'VP8L') return file.subarray(at, end);
		at = end;
	}
	throw new Error('There is no image in the file');
}
