import type { IExecuteFunctions } from 'n8n-workflow';
import { discardBody, limitBody } from './body';
import { textOf } from '../util/json';
import { readNoAnswer } from './networkError';
import { isPrivate } from '../util/privateAddress';
import { withinTime } from '../util/timeLimit';
import type { NoAnswer } from './types';

/** The part of n8n's context that following a link needs: there is no way to a credential from here. */
type Helpers = Pick<IExecuteFunctions['helpers'], 'httpRequest'>;

/** A stream, as n8n's binary helpers take it. */
type Body = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

export type Download =
	| {
			answered: true;
			status: number;
			contentType: string;
			/** Breaks off where it is longer than 250 MB. */
			body: Body;
			/** Whether it has broken off for that. */
			isTooLong(): boolean;
			discard(): void;
	  }
	| NoAnswer;

/** How long a recording may take to come, in ms. */
const TIMEOUT_MS = 10 * 60_000;

/** And how many bytes of it: four hours of an MP3. */
const LONGEST = 250_000_000;

/** And how long until its first byte does. */
const ANSWER_TIMEOUT_MS = 30_000;

/** Object stores lead to the host that has the file. */
const MOST_REDIRECTS = 3;

/**
 * Follows a presigned link (KrosAI docs, Recordings: "without the API key"), which leads to another
 * host than the API's. What comes is not held in memory.
 *
 * @param options.baseUrl of the credential
 * @param options.signal ends it before its time
 */
export async function download(
	helpers: Helpers,
	link: string,
	{ baseUrl, signal }: { baseUrl: string; signal?: AbortSignal },
): Promise<Download> {
	const limit = AbortSignal.timeout(TIMEOUT_MS);
	// Node 20 forgets a limit to which nothing listens but what `any` makes of it.
	limit.addEventListener('abort', () => {});
	const abortSignal = signal ? AbortSignal.any([limit, signal]) : limit;
	let url = link;
	for (let redirects = 0; ; redirects += 1) {
		const answer = await send(helpers, url, abortSignal);
		if (!answer.answered || !isRedirect(answer.status)) return answer;
		const target = nextUrl(url, answer.location, baseUrl);
		if (target === undefined || redirects >= MOST_REDIRECTS) return answer;
		answer.discard();
		url = target;
	}
}

/**
 * Whether a recording may lie there: on the web, so in no file and under no other scheme that a helper
 * may know. And in this n8n's own network, where a link could fetch what is private,
 * only if the KrosAI that gives the link is in such a network itself.
 */
export function isRecordingLink(link: string, baseUrl: string): boolean {
	const isWeb = URL.canParse(link) && ['http:', 'https:'].includes(new URL(link).protocol);
	return isWeb && (!isPrivate(link) || isPrivate(baseUrl));
}

type RawResponse = Download & { location?: string };

async function send(helpers: Helpers, url: string, abortSignal: AbortSignal): Promise<RawResponse> {
	try {
		const { statusCode, headers, body } = await withinTime(
			ANSWER_TIMEOUT_MS,
			async (tooLate) =>
				(await helpers.httpRequest({
					method: 'GET',
					url,
					encoding: 'stream',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					disableFollowRedirect: true,
					// Ours comes first: at its own, n8n 2.0 leaves the connection open.
					timeout: 2 * ANSWER_TIMEOUT_MS,
					abortSignal: AbortSignal.any([tooLate, abortSignal]),
				})) as { statusCode: number; headers: Record<string, unknown>; body: Body },
		);
		let isTooLong = false;
		limitBody(body, LONGEST, () => (isTooLong = true));
		return {
			answered: true,
			status: statusCode,
			contentType: (textOf(headers['content-type']) ?? '').toLowerCase(),
			location: textOf(headers.location),
			body,
			isTooLong: () => isTooLong,
			discard: () => discardBody(body),
		};
	} catch (thrown) {
		const { reason, detail } = readNoAnswer(thrown);
		// The link is a key to the recording for as long as it lives.
		return { answered: false, reason, detail: detail.replaceAll(/https?:\/\/\S+/g, '…') };
	}
}

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);

function nextUrl(url: string, location: string | undefined, baseUrl: string): string | undefined {
	if (!location || !URL.canParse(location, url)) return undefined;
	const next = new URL(location, url).href;
	// No redirect leads from a secure place to one that isn't.
	const isWorse = url.startsWith('https:') && !next.startsWith('https:');
	return isRecordingLink(next, baseUrl) && !isWorse ? next : undefined;
}
