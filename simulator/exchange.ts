import { randomBytes } from 'node:crypto';
import type { CallStatus, Outcome, Script, Scripted, SimulatedCall, Step, Timing } from './call';
import { costCents, OUTCOMES, planCall, planEnd, SCRIPTED, TEST_NUMBERS, transcribe } from './call';
import { requireOneOf } from './checks';
import { Clock } from './clock';
import { EVENT_OF_STATUS } from './events';

/** A start that passed every check. */
interface CallStart {
	fromNumber: string;
	phoneNumberId: string;
	toNumber: string;
	endpointId: string;
	agentName: string;
	metadata: Record<string, unknown>;
	webhookUrl: string | null;
	/** Seconds. */
	maxDuration: number | null;
	/** How long ago it was, in seconds of real time; default 0. */
	ageSeconds?: number;
}

/** A call while it holds a line. */
interface Connection {
	call: SimulatedCall;
	agentName: string;
	createdMs: number;
	/** On the call clock, in seconds. */
	acceptedAt: number;
	answeredAt: number | null;
	/** What is still to come. */
	steps: Step[];
	isVoicemail: boolean;
}

/** `at`: when the call reached its state, UTC to the second on the call clock. */
export type CallListener = (call: SimulatedCall, at: string) => void;

/** An entry of a call's timeline. No document shows one; the words are those of the events. */
export interface TimelineEntry {
	event: string;
	status: CallStatus;
	/** UTC to the second. */
	timestamp: string;
}

/** Stands for every number that has no script of its own and is no test number. */
const ANY_NUMBER = '*';

/** The telephone network: holds the lines and takes each call from accepted to its end. */
export class Exchange {
	/** Every accepted call, oldest first. */
	readonly calls: SimulatedCall[] = [];
	/** What the ended calls cost. */
	spentCents = 0;

	private readonly clock: Clock;
	private readonly callsById = new Map<string, SimulatedCall>();
	private readonly connections = new Map<string, Connection>();
	private readonly scripts = new Map<string, Script>();
	/** When each was accepted, in ms on the process's own clock, which no test sets. */
	private readonly acceptedMs = new WeakMap<SimulatedCall, number>();
	private readonly timelines = new Map<string, TimelineEntry[]>();
	private readonly listeners = new Set<CallListener>();

	constructor(speed: number) {
		this.clock = new Clock(speed);
	}

	/** Lines held now: calls that have not ended. */
	get linesInUse(): number {
		return this.connections.size;
	}

	find(id: string): SimulatedCall | undefined {
		return this.callsById.get(id);
	}

	/** Seconds of real time since the call was accepted. */
	secondsSince(call: SimulatedCall): number {
		return (performance.now() - (this.acceptedMs.get(call) ?? -Infinity)) / 1000;
	}

	/** Seconds since the answer while the call is up, else null. */
	talkingFor({ id }: SimulatedCall): number | null {
		const answeredAt = this.connections.get(id)?.answeredAt ?? null;
		// A timer may go off a little early.
		return answeredAt === null ? null : Math.max(0, this.clock.now() - answeredAt);
	}

	/**
	 * Decides the outcome of later calls to a number, or to all others where it is `*`. Throws an
	 * Error where there is no such outcome.
	 */
	script(toNumber: string, outcome: Scripted, timing: Timing = {}): void {
		requireOneOf('outcome', outcome, SCRIPTED);
		this.scripts.set(toNumber, { outcome, timing });
	}

	/** What becomes of later calls to a number; of all others where it is `*`. */
	scriptOf(toNumber: string): Script {
		const own = this.scripts.get(toNumber);
		const testNumber = TEST_NUMBERS[toNumber];
		if (own) return own;
		if (testNumber) return { outcome: testNumber, timing: {} };
		return this.scripts.get(ANY_NUMBER) ?? { outcome: 'answered', timing: {} };
	}

	/** Tells of every state a call reaches, the first one included. Returns how to stop it. */
	onCallChange(listener: CallListener): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	setSpeed(speed: number): void {
		this.clock.setSpeed(speed);
	}

	/** Takes the call: from here on the phone rings, whether or not the answer arrives. */
	accept(start: CallStart): SimulatedCall {
		// To the second, as the Spec shows it: later times are counted from this one.
		const ageMs = (start.ageSeconds ?? 0) * 1000;
		const createdMs = Math.floor((Date.now() - ageMs) / 1000) * 1000;
		const call: SimulatedCall = {
			id: `call_${randomBytes(6).toString('hex')}`,
			direction: 'outbound',
			status: 'initiated',
			from_number: start.fromNumber,
			to_number: start.toNumber,
			endpoint_id: start.endpointId,
			phone_number_id: start.phoneNumberId,
			duration: null,
			cost_cents: null,
			hangup_cause: null,
			transcript: null,
			recording_url: null,
			metadata: start.metadata,
			created_at: utc(createdMs),
			answered_at: null,
			answered_by: null,
			completed_at: null,
			webhook_url: start.webhookUrl,
			max_duration: start.maxDuration,
		};
		this.calls.push(call);
		this.callsById.set(call.id, call);
		this.acceptedMs.set(call, performance.now() - ageMs);

		const script = this.scriptOf(call.to_number);
		const connection: Connection = {
			call,
			agentName: start.agentName,
			createdMs,
			acceptedAt: this.clock.now(),
			answeredAt: null,
			steps: [],
			isVoicemail: script.outcome === 'voicemail',
		};
		this.connections.set(call.id, connection);
		this.follow(connection, planCall(script, call.max_duration));
		this.tell(call, call.created_at);
		return call;
	}

	/**
	 * What the called person does with a phone that rings, whatever was planned. Returns false where
	 * it was answered or has ended. Throws an Error where there is no such outcome.
	 */
	decide(call: SimulatedCall, outcome: Outcome): boolean {
		requireOneOf('outcome', outcome, OUTCOMES);
		const connection = this.connections.get(call.id);
		if (!connection || connection.answeredAt !== null) return false;
		connection.isVoicemail = outcome === 'voicemail';
		const after = this.clock.now() - connection.acceptedAt;
		this.follow(connection, planEnd(outcome, after, {}, call.max_duration));
		return true;
	}

	/**
	 * Ends a call now (KrosAI docs, Call logs). That a call without an answer counts as failed
	 * is this simulator's reading. Returns false where it has ended already.
	 */
	hangUp(call: SimulatedCall, hangupCause = 'agent_hangup'): boolean {
		const connection = this.connections.get(call.id);
		if (!connection) return false;
		const after = this.clock.now() - connection.acceptedAt;
		const { answeredAt } = connection;
		const talked = answeredAt === null ? 0 : this.clock.now() - answeredAt;
		this.reach(connection, {
			after,
			status: answeredAt === null ? 'failed' : 'completed',
			end: { hangupCause, talked },
		});
		return true;
	}

	/** What happened to a call so far, oldest first. */
	timelineOf({ id }: SimulatedCall): readonly TimelineEntry[] {
		return this.timelines.get(id) ?? [];
	}

	/** Runs so many seconds from now on the call clock, unless a reset comes before. */
	later(seconds: number, run: () => void): void {
		this.clock.at(this.clock.now() + seconds, run);
	}

	/** Forgets calls, costs and scripts; those who listen stay. */
	reset(): void {
		this.clock.cancelAll();
		this.calls.length = 0;
		this.callsById.clear();
		this.scripts.clear();
		this.connections.clear();
		this.timelines.clear();
		this.spentCents = 0;
	}

	private follow(connection: Connection, steps: Step[]): void {
		const [step, ...later] = steps;
		connection.steps = steps;
		if (!step) return;
		// It may have been hung up, decided upon or forgotten: before, and by a listener.
		const isOn = () =>
			connection.steps === steps && this.connections.get(connection.call.id) === connection;
		this.clock.at(connection.acceptedAt + step.after, () => {
			if (!isOn()) return;
			this.reach(connection, step);
			if (isOn()) this.follow(connection, later);
		});
	}

	/** Everything a change of state brings with it: times, the bill, the line, the listeners. */
	private reach(connection: Connection, { status, after, end }: Step): void {
		const { call } = connection;
		const at = utc(connection.createdMs + after * 1000);
		call.status = status;
		if (status === 'answered') {
			call.answered_at = at;
			call.answered_by = connection.isVoicemail ? 'machine' : 'human';
			connection.answeredAt = connection.acceptedAt + after;
		}
		if (end) {
			call.completed_at = at;
			call.hangup_cause = end.hangupCause;
			call.duration = Math.round(end.talked);
			call.cost_cents = costCents(call.duration);
			if (call.answered_at) call.transcript = transcribe(connection.agentName);
			this.spentCents += call.cost_cents;
			this.connections.delete(call.id);
		}
		this.tell(call, at);
	}

	private tell(call: SimulatedCall, at: string): void {
		const { id, status } = call;
		const event = EVENT_OF_STATUS[status] ?? `call.${status}`;
		this.timelines.set(id, [...this.timelineOf(call), { event, status, timestamp: at }]);
		for (const listener of this.listeners) listener(call, at);
	}
}

/** UTC to the second, as the Spec shows times. */
export function utc(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
