import { Exchange } from './exchange';
import { RateLimit } from './rateLimit';
import { applyOptions, PLANS, type Settings, type SimulatorOptions } from './settings';

/** What KrosAI holds for one customer: settings, calls and what is counted against its limits. */
export class Organization {
	readonly exchange: Exchange;
	/** All requests (KrosAI docs, Rate limits, by plan). */
	readonly requestLimit = new RateLimit(() => this.plan.requestsPerSecond);
	/** `POST /outbound-calls` ("10/s per organization", same page). */
	readonly startLimit = new RateLimit(() => this.settings.startsPerSecond);
	private current: Settings;

	constructor(options: SimulatorOptions) {
		this.current = applyOptions(options);
		this.exchange = new Exchange(this.current.speed);
	}

	get settings(): Readonly<Settings> {
		return this.current;
	}

	get plan() {
		return PLANS[this.current.plan];
	}

	get balanceCents(): number {
		return this.current.balanceCents - this.exchange.spentCents;
	}

	set(changes: SimulatorOptions): void {
		this.current = applyOptions(changes, this.current);
		this.exchange.setSpeed(this.current.speed);
	}

	/** Forgets calls and what was counted; the settings stay. */
	reset(): void {
		this.exchange.reset();
		this.requestLimit.forget();
		this.startLimit.forget();
	}
}
