import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { receiveCallback } from '../../../../nodes/KrosAi/waiting/receive';
import { NODE } from '../../../support/n8n';
import { rounds, SEED } from '../../../support/oddJson';

// The log answers at once: nothing is waited for, and no timer is left behind.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => await new Promise(() => {}),
}));

/**
 * Whatever comes in: nothing is thrown, no delivery without a token of the execution wakes it, and no
 * token comes out.
 */
const RUNS = rounds(1);

const API_KEY = 'kros_test_fuzz';
const WEBHOOK_SECRET = 'whsec_0123456789abcdef';
const N8N_TOKEN = '5'.repeat(64);

/** As the node has left them: two calls that are waited for, and what is a result already. */
const KEPT: IDataObject[] = [
	{ call_id: 'call_0', to_number: '+14155550100', metadata: {}, wait_timed_out: true },
	{ message: 'No number', error: { code: 'MISSING_FIELDS' } },
	{ call_id: 'call_2', outcome: 'busy' },
	{ call_id: 'call_3', status: 'skipped', wait_timed_out: true },
	{ call_id: 'call_4', to_number: '+14155550104', metadata: {}, wait_timed_out: true },
];

interface TokenOf {
	apiKey: string;
	execution: 'this' | 'another';
	nodeId: string;
	run: number;
	item: number;
}

/** As `waiting/callback.ts` makes it. */
function tokenOf({ apiKey, execution, nodeId, run, item }: TokenOf, executionId: string): string {
	const id = execution === 'this' ? executionId : `${executionId}0`;
	const subject = JSON.stringify(['n8n-nodes-krosai callback', id, nodeId, run, item]);
	return `${run}.${item}.krosai_${createHmac('sha256', apiKey).update(subject).digest('hex')}`;
}

/** The right one of some item most of the time. */
const anyTokenOf: fc.Arbitrary<TokenOf> = fc.record({
	apiKey: fc.constantFrom(...Array<string>(8).fill(API_KEY), 'kros_test_other', ''),
	execution: fc.constantFrom(...Array<'this'>(6).fill('this'), 'another'),
	nodeId: fc.constantFrom(...Array<string>(6).fill(NODE.id), 'another'),
	run: fc.constantFrom(0, 0, 1),
	item: fc.constantFrom(0, 0, 4, 4, 1, 2, 3, 5),
});

/** What becomes of the right query. */
const anyQueryChange: fc.Arbitrary<(token: string) => Record<string, unknown>> = fc.oneof(
	{ weight: 8, arbitrary: fc.constant((krosai: string) => ({ krosai, signature: N8N_TOKEN })) },
	{
		weight: 2,
		arbitrary: fc
			.tuple(fc.nat(70), fc.constantFrom('', '0', 'f', 'A', '.', ' ', '%', '-1'))
			.map(([at, text]) => (token: string) => ({
				krosai: token.slice(0, at) + text + token.slice(at + 1),
				signature: N8N_TOKEN,
			})),
	},
	{
		weight: 1,
		arbitrary: fc
			.constantFrom<unknown>(undefined, '', null, 7, [], {}, '0.0.', `0.0.${'0'.repeat(64)}`)
			.map((krosai) => () => ({ krosai })),
	},
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			(token: string) => ({ krosai: [token] }),
			(token: string) => ({ KROSAI: token }),
			(token: string) => ({ krosai: { 0: token } }),
			(token: string) => ({ krosai: `${token},${token}` }),
			// Right, with more beside it.
			(token: string) => ({ krosai: token, attempt: '1', signature: [N8N_TOKEN, '1'], e: 'e' }),
		),
	},
);

const VALID = [0, 4].flatMap((item) => [
	`{"event":"call.completed","call_id":"call_${item}","duration":180,"metadata":{"a":"1"}}`,
	`{"id":"evt_1","event":"call.failed","error":"x","data":{"call_id":"call_${item}","status":"busy"}}`,
	`{"event":"call.ended","call_id":"call_${item}","webhook_url":"https://n8n.example.com/webhook-waiting/7/krosai-call?signature=${N8N_TOKEN}&krosai=TOKEN"}`,
	`{"event":"call.ringing","data":{"call_id":"call_${item}"}}`,
]);
const name = fc.constantFrom(
	...['id', 'event_id', 'metadata', 'duration', 'error', 'outcome', 'wait_timed_out', 'transcript'],
	...['status', 'hangup_cause', 'error_code', 'created_at', '__proto__', 'constructor', 'toString'],
);
const odd = fc.oneof(
	fc.jsonValue({ maxDepth: 2 }),
	fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
	fc.constantFrom('completed', 'busy', 'TOKEN'),
);
const anyBody = fc.oneof(
	{ weight: 3, arbitrary: fc.constantFrom(...VALID).map((text) => Buffer.from(text)) },
	{
		weight: 3,
		arbitrary: fc
			.tuple(
				fc.constantFrom('call.completed', 'call.failed', 'call.started', 'constructor'),
				fc.constantFrom('call_0', 'call_4', 'call_2', 'call_3', 'call_5', '..', ''),
				fc.dictionary(name, odd, { maxKeys: 5 }),
				fc.boolean(),
			)
			.map(([event, call_id, rest, isWrapped]) => {
				const fields = { ...rest, call_id };
				return Buffer.from(JSON.stringify({ event, ...(isWrapped ? { data: fields } : fields) }));
			}),
	},
	{
		weight: 2,
		arbitrary: fc
			.tuple(
				fc.constantFrom(...VALID),
				fc.array(fc.tuple(fc.nat(110), fc.integer({ min: -1, max: 255 })), { maxLength: 4 }),
			)
			.map(([text, changes]) => {
				const bytes = [...Buffer.from(text)];
				for (const [at, byte] of changes) bytes.splice(at, 1, ...(byte < 0 ? [] : [byte]));
				return Buffer.from(bytes);
			}),
	},
	{ weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
);

const anySignature = fc.constantFrom<'absent' | 'right' | 'of another' | 'nonsense' | 'in a list'>(
	...(['absent', 'absent', 'right', 'right', 'of another', 'nonsense', 'in a list'] as const),
);

interface Situation {
	of: TokenOf;
	change: (token: string) => Record<string, unknown>;
	text: Buffer;
	signature: 'absent' | 'right' | 'of another' | 'nonsense' | 'in a list';
	/** Whether the credential has a signing secret to check signatures by. */
	isSecretKnown: boolean;
	/** In the vault that the credential's key comes from. */
	apiKey: string;
}

const sign = (body: Buffer, secret: string) =>
	`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

function headerOf(signature: Situation['signature'], body: Buffer): unknown {
	const right = sign(body, WEBHOOK_SECRET);
	switch (signature) {
		case 'absent':
			return undefined;
		case 'right':
			return right;
		case 'of another':
			return sign(body, 'whsec_another');
		case 'nonsense':
			return `sha256=${right}`;
		case 'in a list':
			return [right];
	}
}

const told: number[] = [];
const response = { status: (status: number) => ({ json: () => told.push(status) }) };
/** KrosAI's log, by which every other call has ended. */
const helpers = {
	httpRequestWithAuthentication: async (_type: string, { url }: { url: string }) => {
		const id = decodeURIComponent(url.split('/').at(-1)!);
		return { statusCode: 200, headers: {}, body: JSON.stringify({ id, status: 'completed' }) };
	},
};

let executions = 0;
function contextFor({ text, signature, isSecretKnown, apiKey, ...of }: Situation) {
	// Each is another execution, as one is woken but once.
	executions += 1;
	const executionId = String(executions);
	const token = tokenOf(of.of, executionId);
	const body = Buffer.from(text.toString('latin1').replaceAll('TOKEN', token), 'latin1');
	const query = of.change(token);
	const header = headerOf(signature, body);
	const context = {
		helpers,
		getNode: () => NODE,
		getCredentials: async () => ({
			apiKey,
			baseUrl: 'http://127.0.0.1:9',
			webhookSecret: isSecretKnown ? WEBHOOK_SECRET : '',
		}),
		getQueryData: () => query,
		getExecutionId: () => executionId,
		getRequestObject: () => ({ rawBody: body }),
		getResponseObject: () => response,
		getHeaderData: () => (header === undefined ? {} : { 'x-webhook-signature': header }),
		evaluateExpression: () => KEPT,
	} as unknown as IWebhookFunctions;
	const right = tokenOf(
		{ ...of.of, apiKey: API_KEY, execution: 'this', nodeId: NODE.id },
		executionId,
	);
	const isSigned = !isSecretKnown || signature === 'absent' || signature === 'right';
	const isKnown = apiKey === API_KEY && query.krosai === right;
	return { context, isWelcome: isKnown && isSigned, item: of.of.item, token: token.split('.')[2]! };
}

const OUTCOMES: unknown[] = ['completed', 'no_answer', 'busy', 'failed'];

type Fate = 'woken' | 'refused' | 'malformed' | 'waiting';
type Result = Awaited<ReturnType<typeof receiveCallback>>;

/** What became of it; undefined where that should not be. Quick: `expect` takes most of the time. */
function becomeOf(result: Result, made: ReturnType<typeof contextFor>): Fate | undefined {
	const keys = Object.keys(result).join();
	const [status] = told;
	if (told.length > 1) return undefined;
	if (keys === 'noWebhookResponse') {
		if (status === 401 && !made.isWelcome) return 'refused';
		return status === 400 && made.isWelcome ? 'malformed' : undefined;
	}
	if (!made.isWelcome || status !== undefined) return undefined;
	if (keys === '') return 'waiting';
	const items = result.workflowData?.[0]?.map(({ json }) => json) ?? [];
	const isRight =
		keys === 'workflowData,webhookResponse' &&
		[0, 4].includes(made.item) &&
		items.length === KEPT.length &&
		[1, 2, 3].every((index) => JSON.stringify(items[index]) === JSON.stringify(KEPT[index])) &&
		[0, 4].every((index) => isEnd(items[index]!, KEPT[index]!)) &&
		!JSON.stringify(items).includes(made.token) &&
		// In an address that is still one: n8n's token has no form of its own.
		!JSON.stringify(items).includes(`krosai-call?signature=${N8N_TOKEN}`);
	return isRight ? 'woken' : undefined;
}

function isEnd(json: IDataObject, { call_id }: IDataObject): boolean {
	return (
		json.call_id === call_id &&
		OUTCOMES.includes(json.outcome) &&
		!Object.hasOwn(json, 'error') &&
		Object.getPrototypeOf(json) === Object.prototype
	);
}

const count: Record<Fate, number> = { woken: 0, refused: 0, malformed: 0, waiting: 0 };

it(`${RUNS} callbacks: no throw, and no wake without a token (seed ${SEED})`, async () => {
	const anySituation = fc.record({
		of: anyTokenOf,
		change: anyQueryChange,
		text: anyBody,
		signature: anySignature,
		isSecretKnown: fc.boolean(),
		apiKey: fc.constantFrom(...Array<string>(8).fill(API_KEY), ''),
	});
	await fc.assert(
		fc.asyncProperty(anySituation, async (situation) => {
			told.length = 0;
			const made = contextFor(situation);
			const result = await receiveCallback(made.context);
			const fate = becomeOf(result, made);
			if (!fate) expect({ result, told }).toBe('what should become of it');
			count[fate!] += 1;
		}),
		{ numRuns: RUNS, seed: SEED },
	);
	// Else the generator has lost sight of what it is for.
	for (const times of Object.values(count)) expect(times).toBeGreaterThan(RUNS / 100);
}, 240_000);
