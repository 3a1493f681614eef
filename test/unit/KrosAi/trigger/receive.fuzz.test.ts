import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { receiveDelivery } from '../../../../nodes/KrosAi/trigger/receive';
import { NODE } from '../../../support/n8n';
import { expand, LARGE, oddBody, oddObject, rounds, SEED } from '../../../support/oddJson';

/**
 * Whatever comes in: nothing is thrown, and no execution starts that isn't signed with a known
 * secret.
 */
const RUNS = rounds(1);

const KEPT = 'whsec_kept_0123456789';
const OF_CREDENTIAL = 'whsec_credential';
/** The first two are known to the trigger, and the second always. */
const SECRETS = [KEPT, OF_CREDENTIAL, 'whsec_stranger', '', 'kept'];

const VALID = [
	'{"event":"call.completed","call_id":"call_xyz789","to_number":"+14155550110","duration":180,"metadata":{"a":"1"}}',
	'{"id":"evt_1","event":"call.ended","timestamp":"2025-01-12T10:30:00Z","data":{"call_id":"call_1","status":"completed"}}',
	'{"event":"call.failed","error":"x","data":{"error_code":"USER_BUSY","metadata":{"a":{"b":[]}}}}',
];

/** As no document shows it. */
const odd = oddBody(
	oddObject(
		[
			...['event', 'data', 'id', 'event_id', 'call_id', 'timestamp', 'created_at', 'error'],
			...['status', 'metadata', 'duration', 'from_number', 'to_number', 'direction'],
		],
		['"event":"call.completed"', '"event":"call.failed","data":{"id":{"toString":1}}'],
	),
);
/** Bytes struck out, put in or turned over. */
const mutated = fc
	.tuple(
		fc.constantFrom(...VALID),
		fc.array(fc.tuple(fc.nat(130), fc.integer({ min: -1, max: 255 })), { maxLength: 4 }),
	)
	.map(([text, changes]) => {
		const bytes = [...Buffer.from(text)];
		for (const [at, byte] of changes) bytes.splice(at, 1, ...(byte < 0 ? [] : [byte]));
		return Buffer.from(bytes);
	});
const anyBody: fc.Arbitrary<Buffer | string> = fc.oneof(
	{ weight: 4, arbitrary: mutated },
	{ weight: 4, arbitrary: odd },
	{ weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
);

const sign = (body: Buffer, secret: string) =>
	`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

interface Forgery {
	secret: string;
	/** What becomes of the right header; undefined = no header. */
	change: (header: string) => unknown;
}
const anyForgery: fc.Arbitrary<Forgery> = fc.record({
	secret: fc.constantFrom(...SECRETS),
	change: fc.oneof(
		{ weight: 8, arbitrary: fc.constant((header: string) => header) },
		{
			weight: 3,
			arbitrary: fc.tuple(fc.nat(72), fc.constantFrom('', '0', 'f', 'A', ' ', '=', 'sha256=')).map(
				([at, text]) =>
					(header: string) =>
						header.slice(0, at) + text + header.slice(at + 1),
			),
		},
		{
			weight: 2,
			arbitrary: fc
				.constantFrom<unknown>(undefined, '', null, 7, [], {}, 'sha256=', 'x')
				.map((value) => () => value),
		},
		{ weight: 1, arbitrary: fc.string({ maxLength: 80 }).map((value) => () => value) },
		{ weight: 1, arbitrary: fc.constant((header: string) => [header]) },
	),
});

/** Signed with the secret that is known in any case. */
const RIGHT: Forgery = { secret: OF_CREDENTIAL, change: (header) => header };

const SETTINGS = [
	{},
	{},
	{ outputPerEvent: true },
	{ acceptUnsigned: true },
	{ fromNumber: '+2348012345678' },
	{ minDuration: 1 },
	{
		metadata: {
			entry: [
				{ key: 'a', value: '1' },
				{ key: 'toString', value: 'x' },
			],
		},
	},
];

/** Each is made once: so many of n8n's contexts would take minutes. */
const told: number[] = [];
const response = {
	statusCode: 200,
	once: () => response,
	status: (status: number) => ({ json: () => told.push(status) }),
};

interface Situation {
	body: Buffer;
	header: unknown;
	options: Record<string, unknown>;
	registration: string;
	/** Whether the static data still holds the subscription. */
	kept: boolean;
}

function contextFor({ body, header, options, registration, kept }: Situation): IWebhookFunctions {
	const staticData = kept ? { production: { id: 'wh_1', secret: KEPT } } : {};
	const parameters: Record<string, unknown> = {
		events: ['*'],
		registration,
		options,
		'options.acceptUnsigned': options.acceptUnsigned,
	};
	return {
		getNode: () => NODE,
		getMode: () => 'webhook',
		getWorkflow: () => ({ id: 'fuzz' }),
		getWorkflowStaticData: () => staticData,
		getNodeWebhookUrl: () => 'https://n8n.example.com/webhook/fuzz/webhook',
		getNodeParameter: (key: string, fallback: unknown) => parameters[key] ?? fallback,
		getCredentials: async () => ({ apiKey: '', baseUrl: '', webhookSecret: OF_CREDENTIAL }),
		getRequestObject: () => ({ rawBody: body }),
		getResponseObject: () => response,
		getHeaderData: () => ({ 'x-webhook-signature': header }),
	} as unknown as IWebhookFunctions;
}

/** Whether the user has it accepted, and by which known secret it may be signed. */
function isWelcome({ body, header, options, registration, kept }: Situation): boolean {
	if (header === undefined || header === '') return options.acceptUnsigned === true;
	if (typeof header !== 'string') return false;
	// Spaces around it are an HTTP parser's business; capital letters mean the same.
	const given = header.trim().toLowerCase();
	if (sign(body, OF_CREDENTIAL) === given) return true;
	return kept && registration === 'automatic' && sign(body, KEPT) === given;
}

type Result = Awaited<ReturnType<typeof receiveDelivery>>;

/** What became of it; undefined where that should not be. Quick: `expect` takes most of the time. */
function becomeOf(result: Result, isWelcomed: boolean): keyof typeof count | undefined {
	const keys = Object.keys(result).join();
	const [status] = told;
	if (told.length > 1) return undefined;
	if (keys === 'noWebhookResponse' && result.noWebhookResponse) {
		if (status === 401 && !isWelcomed) return 'refused';
		return status === 400 && isWelcomed ? 'malformed' : undefined;
	}
	if (!isWelcomed || status !== undefined) return undefined;
	if (keys === '') return 'ignored';
	const items = result.workflowData?.flat() ?? [];
	return keys === 'workflowData' && items.length === 1 && isItem(items[0]!.json)
		? 'started'
		: undefined;
}

function isItem(json: IDataObject): boolean {
	return (
		typeof json.event === 'string' &&
		Object.getPrototypeOf(json) === Object.prototype &&
		!Object.hasOwn(json, 'error') &&
		[null, 'completed', 'no_answer', 'busy', 'failed'].includes(json.outcome as string | null)
	);
}

const count = { started: 0, refused: 0, malformed: 0, ignored: 0 };

it(`${RUNS} bodies and headers: no throw, and no execution from an unsigned one (seed ${SEED})`, async () => {
	const anySituation = fc.tuple(
		anyBody,
		anyForgery,
		fc.constantFrom(...SETTINGS),
		fc.constantFrom('automatic', 'automatic', 'manual'),
		fc.boolean(),
	);
	await fc.assert(
		fc.asyncProperty(anySituation, async ([given, forgery, options, registration, kept]) => {
			const body = typeof given === 'string' ? Buffer.from(expand(given)) : given;
			const header = forgery.change(sign(body, forgery.secret));
			const situation = { body, header, options, registration, kept };
			told.length = 0;
			const result = await receiveDelivery(contextFor(situation));
			const fate = becomeOf(result, isWelcome(situation));
			if (!fate) expect({ result, told }).toBe('what should become of it');
			count[fate!] += 1;
		}),
		{
			numRuns: RUNS,
			seed: SEED,
			examples: LARGE.map((text) => [[text, RIGHT, {}, 'manual', true]]),
		},
	);
	// Else the generator has lost sight of what it is for.
	for (const times of Object.values(count)) expect(times).toBeGreaterThan(RUNS / 100);
}, 120_000);
