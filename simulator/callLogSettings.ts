import { ANSWERED_BY_FORMS, type AnsweredByForm } from './answeredBy';
import { requireOneOf } from './checks';

const CALL_APIS = ['guide', 'reference'] as const;
const METADATA_SHOWN = [true, 'byId', false] as const;

/** What the documents on calls and recordings disagree about or leave open, and what a log may be like. */
export interface CallLogSettings {
	/**
	 * `guide` (default): `/calls/{id}/events`, `/hangup` and `/recording`. `reference`: none of them,
	 * but the events, and a new link to the recording each time, in `/calls/{id}`.
	 */
	callApi: (typeof CALL_APIS)[number];
	/** On the call clock, from the end of a call until its recording is there; default 0. */
	recordingReadySeconds: number;
	/** How long a link to a recording is good, in seconds of real time; default 3600. */
	linkLifetimeSeconds: number;
	/**
	 * In real time: `GET /calls` and `GET /calls/{id}` show a call only so long after it was accepted;
	 * default 0.
	 */
	logLagSeconds: number;
	/** Every time in the log is off by so much, as local time written with a Z is; default 0. */
	logClockOffsetSeconds: number;
	/** The `Date` of every answer of the API is off by so much; default 0. */
	dateOffsetSeconds: number;
	/**
	 * In real time: a cache answers a `GET /calls` as the same one was answered up to so long ago, with
	 * `Age` and the `Date` of then; default 0.
	 */
	logCacheSeconds: number;
	/** Whether the log shows metadata: always (default), only in `GET /calls/{id}` (`byId`), or never. */
	logMetadata: (typeof METADATA_SHOWN)[number];
	/** How the log and the webhooks say who answered; default false. */
	answeredBy: AnsweredByForm;
}

export const DEFAULT_CALL_LOG_SETTINGS: CallLogSettings = {
	callApi: 'guide',
	recordingReadySeconds: 0,
	linkLifetimeSeconds: 3600,
	logLagSeconds: 0,
	logClockOffsetSeconds: 0,
	dateOffsetSeconds: 0,
	logCacheSeconds: 0,
	logMetadata: true,
	answeredBy: false,
};

/** Lays changes over settings; throws where a value is impossible. */
export function applyCallLogOptions(
	changes: Partial<CallLogSettings>,
	current: CallLogSettings,
): CallLogSettings {
	const settings: CallLogSettings = {
		callApi: changes.callApi ?? current.callApi,
		recordingReadySeconds: changes.recordingReadySeconds ?? current.recordingReadySeconds,
		linkLifetimeSeconds: changes.linkLifetimeSeconds ?? current.linkLifetimeSeconds,
		logLagSeconds: changes.logLagSeconds ?? current.logLagSeconds,
		logClockOffsetSeconds: changes.logClockOffsetSeconds ?? current.logClockOffsetSeconds,
		dateOffsetSeconds: changes.dateOffsetSeconds ?? current.dateOffsetSeconds,
		logCacheSeconds: changes.logCacheSeconds ?? current.logCacheSeconds,
		logMetadata: changes.logMetadata ?? current.logMetadata,
		answeredBy: changes.answeredBy ?? current.answeredBy,
	};
	requireOneOf('callApi', settings.callApi, CALL_APIS);
	requireOneOf('logMetadata', settings.logMetadata, METADATA_SHOWN);
	requireOneOf('answeredBy', settings.answeredBy, ANSWERED_BY_FORMS);
	for (const option of [
		'recordingReadySeconds',
		'linkLifetimeSeconds',
		'logLagSeconds',
		'logCacheSeconds',
	] as const) {
		requireSeconds(option, settings[option]);
	}
	for (const option of ['logClockOffsetSeconds', 'dateOffsetSeconds'] as const) {
		if (!Number.isFinite(settings[option])) {
			throw new Error(`${option} must be a number of seconds, not ${settings[option]}`);
		}
	}
	return settings;
}

function requireSeconds(option: string, value: unknown): void {
	if (typeof value !== 'number' || !(value >= 0)) {
		throw new Error(`${option} must be a number of seconds, not ${value}`);
	}
}
