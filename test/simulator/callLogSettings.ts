import { requireOneOf } from './checks';

const CALL_APIS = ['guide', 'reference'] as const;

/** What the documents on calls and recordings disagree about or leave open. */
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
}

export const DEFAULT_CALL_LOG_SETTINGS: CallLogSettings = {
	callApi: 'guide',
	recordingReadySeconds: 0,
	linkLifetimeSeconds: 3600,
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
	};
	requireOneOf('callApi', settings.callApi, CALL_APIS);
	requireSeconds('recordingReadySeconds', settings.recordingReadySeconds);
	requireSeconds('linkLifetimeSeconds', settings.linkLifetimeSeconds);
	return settings;
}

function requireSeconds(option: string, value: unknown): void {
	if (typeof value !== 'number' || !(value >= 0)) {
		throw new Error(`${option} must be a number of seconds, not ${value}`);
	}
}
