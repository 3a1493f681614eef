import { type Download, download, isRecordingLink } from '../../../../nodes/KrosAi/api/download';

const KROSAI = 'https://api.krosai.com/v1';

interface Response {
	statusCode?: number;
	headers?: Record<string, unknown>;
	body?: object;
}

const TO = (location: string, statusCode = 302): Response => ({
	statusCode,
	headers: { location },
});
const LINK = 'https://files.example.com/a.mp3?signature=s';

/** As much of one as is looked at here. */
const stream = (destroy: () => void) => ({ on: () => {}, push: () => true, destroy });

/** Follows a link whose hosts answer one after the other like this, the last for ever. */
async function follow(
	responses: Response[],
	{ link = LINK, signal = undefined as AbortSignal | undefined } = {},
) {
	const asked: Array<Record<string, unknown>> = [];
	const discarded: number[] = [];
	const httpRequest = async (options: Record<string, unknown>) => {
		asked.push(options);
		const index = asked.length - 1;
		const { statusCode = 200, headers = {}, body } = responses[index] ?? responses.at(-1)!;
		return { statusCode, headers, body: body ?? stream(() => discarded.push(index)) };
	};
	const answer = await download({ httpRequest } as never, link, { baseUrl: KROSAI, signal });
	return { answer, asked, urls: asked.map(({ url }) => url), discarded };
}

type Answered = Extract<Download, { answered: true }>;

it('asks for a stream, so that no helper follows or refuses by itself, and without a key', async () => {
	const { asked } = await follow([{}]);
	expect(asked).toEqual([
		{
			method: 'GET',
			url: LINK,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: 60_000,
			abortSignal: expect.any(AbortSignal),
		},
	]);
});

it('gives what came, its type in lower case', async () => {
	const body = {};
	const { answer } = await follow([{ headers: { 'content-type': 'Audio/MPEG' }, body }]);
	expect(answer).toMatchObject({ answered: true, status: 200, contentType: 'audio/mpeg' });
	expect((answer as Answered).body).toBe(body);
	// Some bodies are none that one could end.
	expect(() => (answer as Answered).discard()).not.toThrow();
});

it('has no type where none is said', async () => {
	expect((await follow([{}])).answer).toMatchObject({ contentType: '' });
});

it.each([301, 302, 303, 307, 308])(
	'goes where a %d leads, and drops what came with it',
	async (status) => {
		const { urls, answer, discarded } = await follow([TO('https://cdn.example.com/b', status), {}]);
		expect(urls).toEqual([LINK, 'https://cdn.example.com/b']);
		expect(answer).toMatchObject({ status: 200 });
		expect(discarded).toEqual([0]);
	},
);

it.each([200, 300, 304, 404])('stays where a %d names another place', async (status) => {
	const { urls, answer } = await follow([TO('https://cdn.example.com/b', status)]);
	expect(urls).toEqual([LINK]);
	expect(answer).toMatchObject({ status });
});

it.each([
	['/b.mp3', 'https://files.example.com/b.mp3'],
	['//cdn.example.com/b', 'https://cdn.example.com/b'],
	['?again', 'https://files.example.com/a.mp3?again'],
])('understands %s as a browser would', async (location, url) => {
	expect((await follow([TO(location), {}])).urls).toEqual([LINK, url]);
});

it.each([
	'http://files.example.com/a.mp3',
	'file:///etc/hostname',
	'ftp://example.com',
	'http://',
	'',
])('is not led to %p', async (location) => {
	const { urls, answer, discarded } = await follow([TO(location)]);
	expect(urls).toEqual([LINK]);
	expect(answer).toMatchObject({ status: 302 });
	// The caller, who is shown the answer, ends it.
	expect(discarded).toEqual([]);
});

it('stays where a redirect names no place', async () => {
	const { urls, answer } = await follow([{ statusCode: 302 }]);
	expect(urls).toEqual([LINK]);
	expect(answer).toMatchObject({ status: 302 });
});

it('may be led from one unsafe place to another, and to a safe one', async () => {
	const link = 'http://files.example.com/a.mp3';
	const { urls } = await follow([TO('http://b.example.com/'), TO('https://c.example.com/'), {}], {
		link,
	});
	expect(urls).toEqual([link, 'http://b.example.com/', 'https://c.example.com/']);
});

it('is led three times at most', async () => {
	const { urls, answer } = await follow([TO(LINK)]);
	expect(urls).toHaveLength(4);
	expect(answer).toMatchObject({ status: 302 });
});

it('ends where the execution is stopped', async () => {
	const controller = new AbortController();
	const { asked } = await follow([{}], { signal: controller.signal });
	const signal = asked[0]!.abortSignal as AbortSignal;
	expect(signal.aborted).toBe(false);
	controller.abort();
	expect(signal.aborted).toBe(true);
});

it.each([undefined, new AbortController().signal])(
	'ends after ten minutes, also where the execution could be stopped: %p',
	async (signal) => {
		const clock = new AbortController();
		const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(clock.signal);
		const { asked } = await follow([{}], { signal });
		expect(timeout).toHaveBeenCalledWith(10 * 60 * 1000);
		timeout.mockRestore();
		const ending = asked[0]!.abortSignal as AbortSignal;
		expect(ending.aborted).toBe(false);
		clock.abort();
		expect(ending.aborted).toBe(true);
	},
);

it('shows no link where no answer comes', async () => {
	const httpRequest = async () => {
		throw Object.assign(new Error(`connect ECONNREFUSED for ${LINK} and http://b.example.com/?x`), {
			code: 'ECONNREFUSED',
		});
	};
	expect(await download({ httpRequest } as never, LINK, { baseUrl: KROSAI })).toEqual({
		answered: false,
		reason: 'refused',
		detail: 'connect ECONNREFUSED for … and …',
	});
});

it.each([
	['https://example.com/a', true],
	['HTTP://example.com/a', true],
	['file:///etc/hostname', false],
	['xhttps://example.com', false],
	['httpsx://example.com', false],
	['example.com/a', false],
	['', false],
])('whether %p is on the web: %s', (link, isIt) =>
	expect(isRecordingLink(link, KROSAI)).toBe(isIt),
);

const PRIVATE = [
	...'https://169.254.169.254/latest/meta-data https://127.0.0.1:5678/rest/settings'.split(' '),
	...'https://[::1]/rec.mp3 https://2130706433/rec.mp3 https://redis.internal/rec.mp3'.split(' '),
	...'//localhost/rec.mp3 https://168.63.129.16/machine https://198.18.0.1/rec.mp3'.split(' '),
	...'https://255.255.255.255/rec.mp3 https://[::127.0.0.1]/rec.mp3'.split(' '),
	...'https://[64:ff9b::127.0.0.1]/rec.mp3 https://[2002:7f00:1::]/rec.mp3'.split(' '),
	...'https://[fec0::1]/rec.mp3 https://minio.default.svc/rec.mp3'.split(' '),
	...'https://recordings.consul../rec.mp3'.split(' '),
];

it.each(PRIVATE)('is led into no private network: %s', async (location) => {
	const { urls, answer } = await follow([TO(location), {}]);
	expect(urls).toEqual([LINK]);
	expect(answer).toMatchObject({ status: 302 });
	expect(isRecordingLink(new URL(location, LINK).href, KROSAI)).toBe(false);
});

it('finds the recordings of a KrosAI in a private network there', () => {
	const baseUrl = 'http://127.0.0.1:9/v1';
	expect(isRecordingLink('http://127.0.0.1:9/rec.mp3', baseUrl)).toBe(true);
	expect(isRecordingLink('file:///etc/hostname', baseUrl)).toBe(false);
});
