import fc from 'fast-check';
import {
	isSubscribed,
	secretsOf,
	subscribe,
	unsubscribe,
} from '../../../../nodes/KrosAi/trigger/subscription';
import { drain, expand, LARGE, oddAnswer, oddObject, rounds, SEED } from '../../../support/oddJson';
import { hookContext } from '../../../support/trigger';

// Nothing is waited for.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => {},
}));

/** Whatever KrosAI says of webhooks: the trigger takes it in, or says why not in words. */

/** For a machine with other work to do. */
const LIMIT_MS = 600_000;

const SECRET = 'whsec_fuzz_0123456789';
const URL_OF_NODE = 'https://n8n.example.com/webhook/1/webhook';

const anyOptions = fc.constantFrom<object>(
	...[{}, {}, { outputPerEvent: true }, { minDuration: 1 }, { minDuration: { toString: 1 } }],
	...[{ fromNumber: '+2348012345678' }, { toNumber: { toString: 1 } }, { direction: ['x'] }],
	...[{ minDuration: '1e999' }, { toNumber: ['+14155550123'] }, { fromNumber: '\ud800' }],
	...[{ endpointId: { value: { toString: 1 } } }, { metadata: { entry: null } }, { metadata: 7 }],
	{ metadata: { entry: [null, { key: { toString: 1 } }, { key: 'a', value: { toString: 1 } }] } },
	{ metadata: { entry: [{ key: 'toString', value: '1' }] } },
	{ metadata: { entry: { key: 'a', value: '1' } } },
);

const anyWebhook = oddObject(
	['id', 'url', 'events', 'active', 'secret', 'data', 'error', 'details'],
	[
		`"id":"wh_1","url":"${URL_OF_NODE}"`,
		`"id":"wh_1","url":"${URL_OF_NODE}","events":["call.completed","call.failed"],"secret":"${SECRET}"`,
		`"url":"${URL_OF_NODE}","id":{"toString":1}`,
		`"url":"${URL_OF_NODE}","id":"\\ud800"`,
	],
);

type Step = 'isSubscribed' | 'subscribe' | 'unsubscribe' | 'secretsOf';

/** Its words are what n8n shows of a workflow that can't be published. */
const isOurs = (thrown: unknown) =>
	['NodeApiError', 'NodeOperationError'].includes((thrown as Error).name);

it(
	`publishing and its end say in words what is wrong with an answer (seed ${SEED})`,
	async () => {
		const anyStep = fc.constantFrom<Step>('isSubscribed', 'subscribe', 'unsubscribe', 'secretsOf');
		const anyStatus = fc.constantFrom<number>(200, 200, 200, 201, 403, 404, 500);
		const anyKept = fc.constantFrom<unknown>(
			...[undefined, { id: 'wh_1', secret: SECRET }, { id: { toString: 1 }, secret: 7 }, 'x'],
		);
		const anyBody = oddAnswer(anyWebhook, ['webhooks']);
		await fc.assert(
			fc.asyncProperty(
				anyStep,
				anyStatus,
				anyKept,
				anyBody,
				anyOptions,
				async (step, statusCode, kept, text, options) => {
					const setup = {
						staticData: { production: kept } as never,
						url: URL_OF_NODE,
						parameters: { options } as never,
					};
					const helpers = {
						httpRequestWithAuthentication: async () => ({
							statusCode,
							headers: {},
							body: expand(text),
						}),
					};
					const context = Object.assign(hookContext(setup), { helpers });
					try {
						if (step === 'isSubscribed') await isSubscribed(context);
						if (step === 'subscribe') await subscribe(context);
						if (step === 'unsubscribe') await unsubscribe(context);
						if (step === 'secretsOf') await drain(secretsOf(context as never));
					} catch (thrown) {
						if (!isOurs(thrown)) throw thrown;
					}
				},
			),
			{
				numRuns: rounds(0.1),
				seed: SEED,
				examples: LARGE.map((body): [Step, number, unknown, string, object] => [
					'isSubscribed',
					200,
					undefined,
					body,
					{},
				]),
			},
		);
	},
	LIMIT_MS,
);
