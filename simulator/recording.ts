import type { SimulatedCall } from './call';
import { Refusal } from './http';
import type { Organization } from './organization';

/** 96 kbit/s: 180 s are 2,160,000 bytes (KrosAI docs, Recordings). */
const BYTES_PER_SECOND = 12_000;

/** MPEG-1 layer III, 96 kbit/s, 48 kHz, mono: 24 ms in 288 bytes, here of silence. */
const FRAME = Buffer.concat([Buffer.from([0xff, 0xfb, 0x74, 0xc4]), Buffer.alloc(284)]);

/** A call's recording: an MP3 that a player plays, as long as the call; its title is the call's id. */
export function recordingBytes({ id, duration }: Pick<SimulatedCall, 'id' | 'duration'>): Buffer {
	const title = Buffer.from(`\0${id}`, 'latin1');
	const frame = Buffer.concat([Buffer.from('TIT2'), size(title.length), Buffer.alloc(2), title]);
	const tag = Buffer.concat([Buffer.from('ID3\x03\0\0', 'latin1'), size(frame.length), frame]);
	const frames = Math.ceil(((duration ?? 0) * BYTES_PER_SECOND) / FRAME.length);
	return Buffer.concat([tag, ...Array<Buffer>(frames).fill(FRAME)]);
}

/** Seven bits a byte, as ID3 counts. */
function size(bytes: number): Buffer {
	return Buffer.from([21, 14, 7, 0].map((shift) => (bytes >> shift) & 0x7f));
}

/** When the recording of a call that ended is there; before, it can't be had. */
export function keepRecording(organization: Organization, call: SimulatedCall): void {
	if (call.status !== 'completed') return;
	const { recordingReadySeconds } = organization.settings;
	const keep = () => {
		call.recording_url = newLink(organization, call).url;
	};
	if (recordingReadySeconds === 0) keep();
	else organization.exchange.later(recordingReadySeconds, keep);
}

export function newLink({ storage, settings }: Organization, { id }: SimulatedCall) {
	return storage.link(id, settings.linkLifetimeSeconds);
}

/** `GET /calls/{id}/recording`, with a new link (KrosAI docs, Recordings). */
export function getRecording(organization: Organization, call: SimulatedCall): unknown {
	if (call.recording_url === null) {
		// The documents name no code for it.
		throw new Refusal(404, 'RECORDING_NOT_FOUND', 'No recording is available for this call');
	}
	const { url, expiresMs } = newLink(organization, call);
	return {
		recording_url: url,
		expires_at: new Date(expiresMs).toISOString(),
		duration_seconds: call.duration,
		format: 'mp3',
		size_bytes: recordingBytes(call).length,
	};
}
