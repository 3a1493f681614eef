import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { fetchCall, fetchRecordingLink, isAbsent, recordingLinkOf } from '../../api/callLog';
import { failedExchange } from '../../api/errors';
import { ItemFailure } from '../../api/failure';
import { download, isRecordingLink } from '../../api/download';
import type { Download } from '../../api/download';
import { wordsOf } from '../../util/json';
import { pause } from '../../util/pause';
import { toCallItem } from '../../calls/callItem';
import type { Item } from '../forEachItem';
import { failedLookUp } from './callId';

interface Recorded {
	call: IDataObject;
	link: string;
}

/** Between two looks whether a recording is there, in ms: twice as long each time, up to the last. */
const FIRST_LOOK_MS = 1_000;
const LAST_LOOK_MS = 15_000;

/**
 * A call with its recording, for which one waits so long where it isn't there yet.
 *
 * @throws ItemFailure where there is none, or none yet
 */
export async function findRecording(item: Item, callId: string, waitMs: number): Promise<Recorded> {
	const deadline = performance.now() + waitMs;
	for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, LAST_LOOK_MS)) {
		const result = await fetchCall(item.client, callId);
		if (result.failed) throw failedLookUp(result, callId);
		const { call } = result;
		const link = recordingLinkOf(call) ?? (await askForLink(item, callId));
		if (typeof link === 'string') return { call, link };
		const { outcome } = toCallItem(call);
		const isNever = outcome !== null && outcome !== 'completed';
		if (isNever || performance.now() + lookMs > deadline || item.isCancelled()) {
			throw link.because(explainMissing(callId, call, isNever));
		}
		await pause(lookMs, item.isCancelled);
	}
}

/** Why there is no link, once it is known what to say of it. */
interface NoLink {
	because(words: { message: string; description: string }): ItemFailure;
}

/** @throws ItemFailure where something else is wrong than that there is no recording */
async function askForLink({ client }: Item, callId: string): Promise<string | NoLink> {
	const result = await fetchRecordingLink(client, callId);
	if (!result.failed) return result.link;
	if (!isAbsent(result.failed)) throw failedExchange(result);
	return {
		because: (words) => failedExchange(result, { field: 'call_id', value: callId, ...words }),
	};
}

function explainMissing(callId: string, call: IDataObject, isNever: boolean) {
	const { outcome } = toCallItem(call);
	if (isNever) {
		return {
			message: `The call "${callId}" has no recording: it ended as ${String(outcome).replace('_', ' ')}`,
			description: 'Only a call that was answered is recorded.',
		};
	}
	const wait = 'or set Wait for Recording under Options';
	if (outcome === null) {
		return {
			message: `The call "${callId}" has not ended, so there is no recording yet`,
			description: `Run this node when the call has ended, ${wait}.`,
		};
	}
	return {
		message: `The recording of the call "${callId}" is not ready yet`,
		description: `It comes soon after the call has ended: start from the event Recording Ready of the KrosAI Trigger, ${wait}. KrosAI deletes recordings after some time, and keeps none where recording is switched off.`,
	};
}

/** Statuses of an object store for a link that has expired. */
const EXPIRED = [400, 401, 403, 404, 410];

/** How often a recording is fetched whose way here breaks off. */
const TRIES = 4;

/**
 * The recording itself, as a file of n8n's. A link that has expired is asked for anew, once.
 *
 * @throws ItemFailure where it can't be had
 */
export async function fetchRecording(
	item: Item,
	callId: string,
	{ link: firstLink }: Recorded,
): Promise<IBinaryData> {
	const { baseUrl } = item.client;
	let link = firstLink;
	let isRenewed = false;
	for (let sent = 1; ; sent += 1) {
		if (!isRecordingLink(link, baseUrl)) throw notALink(callId);
		const result = await fetchOnce(item, callId, { link, baseUrl });
		if (result.file) return result.file;
		const { answer } = result;
		if (answer.answered && EXPIRED.includes(answer.status) && !isRenewed) {
			link = await newLink(item, callId);
			isRenewed = true;
			continue;
		}
		const mayPass = answer.answered
			? answer.status >= 500 || answer.status === 429 || answer.status === 408
			: !['tls', 'cancelled'].includes(answer.reason);
		if (!mayPass || sent >= TRIES || item.isCancelled())
			throw explainDownload(callId, link, answer);
		await pause(FIRST_LOOK_MS * sent, item.isCancelled);
	}
}

type Unfinished = Pick<
	Extract<Download, { answered: true }>,
	'answered' | 'status' | 'contentType'
>;
type Failed = { file?: undefined; answer: Unfinished | Extract<Download, { answered: false }> };

async function fetchOnce(
	{ context }: Item,
	callId: string,
	{ link, baseUrl }: { link: string; baseUrl: string },
): Promise<{ file: IBinaryData; answer?: undefined } | Failed> {
	const signal = context.getExecutionCancelSignal();
	const answer = await download(context.helpers, link, { baseUrl, signal });
	if (!answer.answered) return { answer };
	const { status, contentType, body } = answer;
	if (status !== 200 || !isSound(contentType)) {
		answer.discard();
		return { answer: { answered: true, status, contentType } };
	}
	const { mimeType, extension } = formatOf(contentType);
	const name = `${callId.replace(/[^\w.-]+/g, '_')}.${extension}`;
	try {
		return { file: await context.helpers.prepareBinaryData(body, name, mimeType) };
	} catch (thrown) {
		const detail = wordsOf(thrown);
		if (answer.isTooLong()) {
			return { answer: { answered: true, status, contentType: 'more than 250 MB' } };
		}
		return { answer: { answered: false, reason: 'lost', detail } };
	}
}

/** A page, or an answer of some API, is no recording whatever its status says. */
function isSound(contentType: string): boolean {
	return /^(audio\/|video\/|application\/octet-stream|binary\/octet-stream|$)/.test(contentType);
}

/** MP3 (KrosAI docs, Recordings) unless the host says otherwise. */
function formatOf(contentType: string): { mimeType: string; extension: string } {
	const mimeType = contentType.replace(/;.*/, '').trim();
	const extension = EXTENSIONS[mimeType];
	return extension ? { mimeType, extension } : { mimeType: 'audio/mpeg', extension: 'mp3' };
}

const EXTENSIONS: Record<string, string> = {
	'audio/wav': 'wav',
	'audio/x-wav': 'wav',
	'audio/ogg': 'ogg',
	'audio/mp4': 'm4a',
	'audio/webm': 'webm',
};

async function newLink(item: Item, callId: string): Promise<string> {
	const asked = await fetchRecordingLink(item.client, callId);
	if (!asked.failed) return asked.link;
	if (!isAbsent(asked.failed)) throw failedExchange(asked);
	// In the reference the call itself has a new link each time.
	const result = await fetchCall(item.client, callId);
	if (result.failed) throw failedLookUp(result, callId);
	const link = recordingLinkOf(result.call);
	if (link) return link;
	throw failedExchange(asked, {
		field: 'call_id',
		value: callId,
		message: `The call "${callId}" has no recording any more`,
		description: 'KrosAI deletes recordings after some time.',
	});
}

function notALink(callId: string): ItemFailure {
	return new ItemFailure({
		code: 'BAD_RESPONSE',
		field: 'call_id',
		value: callId,
		message: `KrosAI gives a link to the recording of the call "${callId}" that leads nowhere on the web`,
		description:
			'Nothing was fetched from there: it is no web address, or one in a private network.',
	});
}

/** Says which host it was, never the link: it is a key to the recording. */
function explainDownload(callId: string, link: string, answer: Failed['answer']): ItemFailure {
	const { host } = new URL(link);
	const about = { field: 'call_id', value: callId };
	if (!answer.answered) {
		return new ItemFailure({
			...about,
			code: answer.reason === 'timeout' ? 'TIMEOUT' : 'NETWORK',
			message: `The recording of the call "${callId}" could not be fetched from ${host}`,
			description: `Check that this n8n can reach that host, where KrosAI keeps its recordings. (${answer.detail})`,
		});
	}
	const { status, contentType } = answer;
	const isExpired = EXPIRED.includes(status);
	return new ItemFailure({
		...about,
		code: status === 200 ? 'BAD_RESPONSE' : `HTTP_${status}`,
		httpCode: status,
		message:
			status === 200
				? `${host} sent something else than a recording of the call "${callId}" (${contentType})`
				: `${host} doesn't give the recording of the call "${callId}" (HTTP ${status})`,
		description: isExpired
			? "KrosAI's links live for an hour; a new one was refused as well. KrosAI may have deleted the recording."
			: 'A proxy may have answered, or that host has trouble. Run this node again later.',
	});
}
