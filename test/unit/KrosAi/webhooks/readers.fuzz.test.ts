import fc from 'fast-check';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { callIdOf } from '../../../../nodes/KrosAi/api/callLog';
import { createClient } from '../../../../nodes/KrosAi/api/client';
import { parseJson } from '../../../../nodes/KrosAi/util/json';
import { toCallItem } from '../../../../nodes/KrosAi/calls/callItem';
import { meets } from '../../../../nodes/KrosAi/calls/criteria';
import { readDelivery } from '../../../../nodes/KrosAi/webhooks/payload';
import { callbackAddress } from '../../../../nodes/KrosAi/waiting/callback';
import { hasEnded } from '../../../../nodes/KrosAi/calls/hasEnded';
import { lookUpEnds } from '../../../../nodes/KrosAi/waiting/completion';
import { unmetPrecondition } from '../../../../nodes/KrosAi/waiting/preconditions';
import { toResultItem, toUnfinishedItem } from '../../../../nodes/KrosAi/waiting/resultItem';
import { isAwaited, readWaitState } from '../../../../nodes/KrosAi/waiting/waitState';
import { pollUntilEnded } from '../../../../nodes/KrosAi/waiting/poll';
import { receiveCallback } from '../../../../nodes/KrosAi/waiting/receive';
import { NODE } from '../../../support/n8n';
import {
	expand,
	LARGE,
	oddAnswer,
	oddBody,
	oddObject,
	rounds,
	SEED,
} from '../../../support/oddJson';

// Nothing is waited for, and no time limit passes.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => (ms < 8_000 ? undefined : await new Promise(() => {})),
}));

/** Whatever KrosAI delivers, and whatever its log then says: what reads it throws nothing. */

/** For a machine with other work to do. */
const LIMIT_MS = 600_000;

const NAMES = [
	...['event', 'data', 'id', 'event_id', 'call_id', 'timestamp', 'created_at', 'error', 'status'],
	...[
		'completed_at',
		'ended_at',
		'hangup_cause',
		'error_code',
		'metadata',
		'transcript',
		'outcome',
	],
	...['answered_by', 'amd', 'voicemail', 'machine', 'call_analysis', 'analysis'],
	...['duration', 'from_number', 'to_number', 'direction', 'endpoint_id', 'wait_timed_out'],
];
const anyDelivery = oddBody(
	oddObject(NAMES, [
		'"event":"call.completed"',
		'"event":"call.completed","call_id":"call_1"',
		'"event":"call.failed","data":{"call_id":"call_1","metadata":{"toString":1}}',
		'"event":"call.failed","call_id":"call_\\ud800","status":"busy"',
		'"event":"call.completed","analysis":{"amd":{"result":"human"}},"answered_by":"machine"',
	]),
);
const anyEntry = oddObject(NAMES, [
	'"call_id":"call_1","created_at":"2026-11-28T10:00:00Z"',
	'"id":"call_1","status":"completed"',
	'"call_id":"call_\\ud800"',
	'"call_id":"call_1","wait_timed_out":true',
]);
const AWAITED = '{"call_id":"call_1","wait_timed_out":true}';
const BATCH = [1, 2, 3].map((number) => `{"call_id":"call_${number}"}`);
const anyBatch = fc.array(anyEntry, { minLength: 1, maxLength: 5 });

const entriesOf = (texts: string[]) =>
	texts.map((text) => parseJson(expand(text))).filter((value) => value !== undefined);
const read = (text: string) => readDelivery(Buffer.from(expand(text)));

/** As n8n does with an item. */
const keep = (item: unknown) => structuredClone(JSON.parse(JSON.stringify(item)));

it(
	`no reader of a payload throws (seed ${SEED})`,
	() => {
		fc.assert(
			fc.property(anyDelivery, anyEntry, (text, other) => {
				const [entry] = entriesOf([other]) as IDataObject[];
				const delivery = read(text);
				if (delivery) {
					keep(delivery);
					meets(delivery, {
						direction: entry!.direction,
						toNumber: entry!.to_number,
						status: entry!.status,
						endpointId: entry!.endpoint_id,
						metadata: { entry: [{ key: 'toString', value: entry!.metadata }] },
					});
					keep(toResultItem({ delivery, entry }));
				}
				keep(toCallItem(entry!));
				keep(toResultItem({ entry }));
				keep(toUnfinishedItem(entry!));
				hasEnded(entry!);
				isAwaited(entry!);
				callIdOf(entry!);
			}),
			{ numRuns: rounds(0.2), seed: SEED, examples: LARGE.map((body) => [body, '{}']) },
		);
	},
	LIMIT_MS,
);

const clientFor = async (statusCode: number, body: string) =>
	await createClient({
		getNode: () => NODE,
		getCredentials: async () => ({ apiKey: 'kros_test_fuzz', baseUrl: 'http://127.0.0.1:9' }),
		helpers: {
			httpRequestWithAuthentication: async () => ({ statusCode, headers: {}, body: expand(body) }),
		},
	} as never);

const anyStatus = fc.constantFrom(200, 200, 200, 403, 404, 500);
const anyLog = oddAnswer(anyEntry, ['calls', 'call']);

it(
	`nothing that waits for the ends of calls throws (seed ${SEED})`,
	async () => {
		await fc.assert(
			fc.asyncProperty(anyBatch, anyStatus, anyLog, async (texts, status, body) => {
				const batch = entriesOf(texts) as IDataObject[];
				const client = await clientFor(status, body);
				await lookUpEnds(client, batch, new Map());
				await pollUntilEnded(client, batch, new Map(), {
					everySeconds: 1,
					limitMs: 0,
					isCancelled: () => false,
				});
				await unmetPrecondition(client, {
					pollSeconds: 1,
					callCount: 2,
					hasEarlierCalls: false,
					isToolRun: false,
					hasExecution: true,
					resumeUrl: 'https://n8n.example.com/webhook-waiting/7',
					baseUrl: 'https://api.example.com',
				});
			}),
			{ numRuns: rounds(0.05), seed: SEED, examples: LARGE.map((body) => [BATCH, 200, body]) },
		);
	},
	LIMIT_MS,
);

/** The query of a right callback about the first item. */
async function queryOf(executionId: string): Promise<Record<string, string>> {
	const key = { apiKey: 'kros_test_fuzz', executionId, nodeId: NODE.id };
	const callback = { runIndex: 0, itemIndex: 0 };
	const address = callbackAddress('https://n8n.example.com/w/7', key, callback);
	return Object.fromEntries(new URL(address).searchParams);
}

let executions = 0;

it(
	`no callback is turned away because it could not be read (seed ${SEED})`,
	async () => {
		await fc.assert(
			fc.asyncProperty(anyBatch, anyDelivery, anyLog, async (texts, text, log) => {
				executions += 1;
				const executionId = String(executions);
				const query = await queryOf(executionId);
				const told: number[] = [];
				const items = entriesOf(texts);
				const context = {
					getNode: () => NODE,
					getCredentials: async () => ({ apiKey: 'kros_test_fuzz', baseUrl: 'http://127.0.0.1:9' }),
					getQueryData: () => query,
					getExecutionId: () => executionId,
					getRequestObject: () => ({ rawBody: Buffer.from(expand(text)) }),
					getResponseObject: () => ({
						status: (status: number) => ({ json: () => told.push(status) }),
					}),
					getHeaderData: () => ({}),
					evaluateExpression: () => items,
					helpers: {
						httpRequestWithAuthentication: async () => ({
							statusCode: 200,
							headers: {},
							body: expand(log),
						}),
					},
				} as unknown as IWebhookFunctions;
				readWaitState(context);
				const result = await receiveCallback(context);
				keep(result.workflowData ?? []);
				// Of one call alone no log is asked, so this means that something was thrown.
				const isAlone = (items as IDataObject[]).filter(isAwaited).length <= 1;
				if (told[0] === 503 && isAlone) throw new Error('turned away');
			}),
			{ numRuns: rounds(0.1), seed: SEED, examples: LARGE.map((body) => [[AWAITED], body, '{}']) },
		);
	},
	LIMIT_MS,
);
