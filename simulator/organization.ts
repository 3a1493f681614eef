import { Courier } from './courier';
import { Exchange } from './exchange';
import { RateLimit } from './rateLimit';
import { ReplyCache } from './replyCache';
import { applyOptions, PLANS, type Settings, type SimulatorOptions } from './settings';
import { Storage } from './storage';
import type { Subscription } from './subscriptions';

/** What KrosAI holds for one customer: settings, calls, who wants to hear of them, limits. */
export class Organization {
	readonly exchange: Exchange;
	/** What was delivered to the subscriptions and to the calls' own webhook_url. */
	readonly courier: Courier;
	/** The recordings of its calls. */
	readonly storage: Storage;
	readonly logCache = new ReplyCache();
	/** Answers by `Idempotency-Key` (Bridge API). */
	readonly replies = new ReplyCache();
	/** Oldest first. */
	readonly subscriptions: Subscription[] = [];
	/** All requests to v1 (KrosAI docs, Rate limits, by plan). */
	readonly requestLimit = new RateLimit(() => this.plan.requestsPerSecond);
	/** `POST /outbound-calls` of v1 ("10/s per organization", same page). */
	readonly startLimit = new RateLimit(() => this.ofV1(this.settings.startsPerSecond));
	/** `POST /webhooks` of v1 (same page). */
	readonly subscriptionLimit = new RateLimit(() => this.ofV1(10));
	/** All requests to the Bridge API. */
	readonly bridgeLimit = new RateLimit(() => this.settings.requestsPerMinute / 60, 60);
	private current: Settings;

	constructor(options: SimulatorOptions) {
		this.current = applyOptions(options);
		this.exchange = new Exchange(this.current.speed);
		this.storage = new Storage((id) => this.exchange.find(id));
		this.courier = new Courier(this.deliverySpeed, () => this.current.answerTimeoutMs);
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

	private ofV1(perSecond: number): number {
		return this.settings.api === 'v1' ? perSecond : Infinity;
	}

	private get deliverySpeed(): number {
		return this.current.deliverySpeed ?? this.current.speed;
	}

	set(changes: SimulatorOptions): void {
		this.current = applyOptions(changes, this.current);
		this.exchange.setSpeed(this.current.speed);
		this.courier.setSpeed(this.deliverySpeed);
	}

	/** Forgets calls, deliveries, what was counted and, unless told otherwise, subscriptions. */
	reset({ keepSubscriptions = false } = {}): void {
		this.exchange.reset();
		this.courier.reset();
		this.logCache.forget();
		this.replies.forget();
		if (!keepSubscriptions) this.subscriptions.length = 0;
		this.requestLimit.forget();
		this.startLimit.forget();
		this.subscriptionLimit.forget();
		this.bridgeLimit.forget();
	}
}
