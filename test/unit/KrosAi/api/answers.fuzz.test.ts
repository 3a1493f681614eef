import fc from 'fast-check';
import type { ICredentialTestFunctions, IExecuteFunctions } from 'n8n-workflow';
import { call } from '../../../../nodes/KrosAi/actions/call';
import { endpoint } from '../../../../nodes/KrosAi/actions/endpoint';
import { phoneNumber } from '../../../../nodes/KrosAi/actions/phoneNumber';
import { webhookDelivery } from '../../../../nodes/KrosAi/actions/webhookDelivery';
import type { Execute, Results } from '../../../../nodes/KrosAi/actions/operation';
import {
	callIdOf,
	fetchCall,
	fetchCalls,
	fetchEvents,
	fetchRecordingLink,
	fetchStatistics,
	endCall,
} from '../../../../nodes/KrosAi/api/callLog';
import { createClient } from '../../../../nodes/KrosAi/api/client';
import { readCallLog } from '../../../../nodes/KrosAi/dialing/loggedCalls';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import {
	explainExchange,
	isScopeMissing,
	readRetryAfter,
	toNodeApiError,
} from '../../../../nodes/KrosAi/api/errors';
import { BRISK } from '../../../../nodes/KrosAi/api/retry';
import type { ApiRequest } from '../../../../nodes/KrosAi/api/types';
import { fetchDelivery, retryDelivery } from '../../../../nodes/KrosAi/api/webhookDeliveries';
import { krosAiApiTest } from '../../../../nodes/KrosAi/methods/credentialTest';
import {
	searchEndpoints,
	searchPhoneNumberIds,
	searchPhoneNumbers,
} from '../../../../nodes/KrosAi/methods/listSearch';
import { REQUEST } from '../../../support/exchanges';
import { executeContext, NODE } from '../../../support/n8n';
import { drain, expand, LARGE, oddAnswer, oddObject, rounds, SEED } from '../../../support/oddJson';

// Nothing is waited for.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => {},
}));

/** Whatever KrosAI answers: what reads it gives a value or a failure in words, and throws nothing. */

const CREDENTIAL = { apiKey: 'kros_test_fuzz', baseUrl: 'https://api.example.com/v1' };

const anyEntry = oddObject(
	[
		...['call_id', 'id', 'call', 'data', 'events', 'status', 'hangup_cause', 'error_code', 'error'],
		...['created_at', 'completed_at', 'ended_at', 'from_number', 'to_number', 'direction', 'e164'],
		...['metadata', 'transcript', 'duration', 'recording_url', 'endpoint_id', 'phone_number_id'],
		...['number', 'phone_number', 'country', 'name', 'type', 'provider_config', 'allow_outbound'],
		...['code', 'details', 'retry_after', 'message', 'event_type', 'payload', 'request_body'],
	],
	[
		'"call_id":"call_1"',
		'"id":"call_1","status":"completed"',
		'"id":"call_1","created_at":"2026-11-28T10:00:00Z","to_number":"+14155550123"',
		'"id":"del_1","payload":{"event":"call.ended","data":{"call_id":{"toString":1}}}',
		'"id":"call_1","recording_url":"https://files.example.com/1.mp3"',
		'"id":7,"e164":"+14155550123"',
		'"error":"No","code":"INVALID_PHONE_NUMBER","details":{"field":"to_number","value":{"toString":1}}',
		'"error":"No","code":"RATE_LIMIT_EXCEEDED","details":{"field":"__proto__"}',
		'"error":"No","retry_after":{"toString":1}',
	],
);

interface Answered {
	status: number;
	headers: unknown;
	body: string;
}

const anyAnswer: fc.Arbitrary<Answered> = fc.record({
	status: fc.constantFrom(200, 200, 200, 200, 201, 204, 302, 400, 402, 403, 404, 422, 429, 500),
	headers: fc.constantFrom<unknown>(
		...[undefined, null, {}, { 'Retry-After': 2 }, { 'retry-after': ['1', '2'] }, 'x', []],
		...[{ 'Retry-After': { toString: 1 } }, { 'content-type': { toString: 1 } }, { '': null }],
	),
	body: oddAnswer(
		anyEntry,
		['call', 'calls', 'events', 'endpoints', 'phone_numbers'].concat('webhook_deliveries'),
	),
});

/** Each large body, as the answer to what any of these asks. */
const largeFor = <T>(all: T[]) =>
	all.flatMap((one) =>
		LARGE.map((body): [T, Answered] => [one, { status: 200, headers: {}, body }]),
	);

const respond = ({ status, headers, body }: Answered) => {
	const response = { statusCode: status, headers, body: expand(body) };
	return { httpRequestWithAuthentication: async () => response, request: async () => response };
};

const clientOf = async (helpers: object): Promise<Client> =>
	await createClient(
		{ getNode: () => NODE, getCredentials: async () => CREDENTIAL, helpers } as never,
		{ patience: BRISK },
	);

/** For a machine with other work to do. */
const LIMIT_MS = 600_000;

const GET: ApiRequest = { method: 'GET', path: '/calls/call_1' };

const READERS: Record<string, (client: Client) => Promise<unknown>> = {
	'what any answer says': async (client) => {
		for (const request of [GET, REQUEST]) {
			const exchange = await client(request);
			// Else a refusal of a call would be one that nothing is known of.
			if (!exchange.answered) throw new Error(exchange.detail);
			isScopeMissing(exchange);
			readRetryAfter(exchange);
			toNodeApiError(NODE, explainExchange(exchange, request));
		}
	},
	'a call': async (client) => {
		const result = await fetchCall(client, 'call_1');
		// Its id leads to the next request.
		if ('call' in result) await fetchCall(client, callIdOf(result.call)!);
	},
	calls: async (client) => await drain(fetchCalls(client)),
	'the calls that count': async (client) =>
		await readCallLog(client, 0, { now: 1, isCancelled: () => false }),
	events: async (client) => await fetchEvents(client, 'call_1'),
	'a link to a recording': async (client) => await fetchRecordingLink(client, 'call_1'),
	'a delivery': async (client) => await fetchDelivery(client, 'del_\ud800'),
	'a retry': async (client) => await retryDelivery(client, 'del_\ud800'),
	statistics: async (client) => await fetchStatistics(client),
	'a hangup': async (client) => await endCall(client, 'call_\ud800'),
};

it(
	`no reader of an answer throws (seed ${SEED})`,
	async () => {
		const anyReader = fc.constantFrom(...Object.keys(READERS));
		await fc.assert(
			fc.asyncProperty(anyReader, anyAnswer, async (name, answer) => {
				await READERS[name]!(await clientOf(respond(answer)));
			}),
			{ numRuns: rounds(0.1), seed: SEED, examples: largeFor(Object.keys(READERS)) },
		);
	},
	LIMIT_MS,
);

const OPERATIONS: Record<string, Execute | undefined> = {
	get: call.operations.get('get'),
	getAll: call.operations.get('getAll'),
	getEvents: call.operations.get('getEvents'),
	getStatistics: call.operations.get('getStatistics'),
	hangUp: call.operations.get('hangUp'),
	downloadRecording: call.operations.get('downloadRecording'),
	endpoints: endpoint.operations.get('getAll'),
	'phone numbers': phoneNumber.operations.get('getAll'),
	deliveries: webhookDelivery.operations.get('getAll'),
	delivery: webhookDelivery.operations.get('get'),
	retry: webhookDelivery.operations.get('retry'),
};

const PARAMETERS = {
	deliveryId: 'del_1',
	returnAll: true,
	limit: 50,
	binaryPropertyName: 'data',
	options: { waitForRecordingMinutes: 0 },
	filters: {
		after: '2020-01-01T00:00:00Z',
		toNumber: '+14155550123',
		status: 'completed',
		endpointId: { mode: 'id', value: 'ep_\ud800' },
		metadata: { entry: [{ key: 'toString', value: '1' }] },
	},
};

const PLAIN_RUN = { callId: 'call_1', simplify: true, filters: {} };

/** What `forEachItem` says of an exception that isn't one of the node's own words. */
const GIVEN_UP = 'This item was given up';

function throwIfGivenUp(results: Results[]): void {
	for (const result of results) {
		if (!result.items && result.failure?.description.startsWith(GIVEN_UP)) {
			throw new Error(result.failure.message);
		}
		// n8n writes its items as JSON.
		JSON.stringify(result);
	}
}

it(
	`no operation gives an item up because of an answer (seed ${SEED})`,
	async () => {
		const anyRun = fc.record({
			name: fc.constantFrom(...Object.keys(OPERATIONS)),
			callId: fc.constantFrom<string>('call_1', 'call_1', 'call_\ud800'),
			simplify: fc.boolean(),
			filters: fc.constantFrom({}, {}, PARAMETERS.filters),
			download: fc.record({
				statusCode: fc.constantFrom<number>(200, 302, 403, 500),
				headers: fc.constantFrom<unknown>(
					...[undefined, {}, { 'content-type': { toString: 1 } }, { location: { toString: 1 } }],
					{ location: 'http://[\ud800', 'content-type': ['audio/mpeg'] },
				),
			}),
		});
		await fc.assert(
			fc.asyncProperty(anyRun, anyAnswer, async ({ name, download, ...others }, answer) => {
				const context: IExecuteFunctions = executeContext({
					credential: CREDENTIAL,
					items: [{ ...PARAMETERS, ...others }],
					helpers: {
						...respond(answer),
						httpRequest: async () => ({ ...download, body: {} }),
						prepareBinaryData: async () => ({ data: '', mimeType: 'audio/mpeg' }),
					} as never,
				});
				Object.assign(context, { getTimezone: () => 'UTC' });
				throwIfGivenUp(
					await OPERATIONS[name]!(context, { stopAtFailure: false, isToolRun: false }),
				);
			}),
			{
				numRuns: rounds(0.05),
				seed: SEED,
				examples: largeFor(
					// The others read what these read, or a list as the editor's lists below.
					['getAll', 'getEvents', 'downloadRecording'].map((name) => ({
						...PLAIN_RUN,
						name,
						download: { statusCode: 200, headers: {} },
					})),
				),
			},
		);
	},
	LIMIT_MS,
);

const isOurs = (thrown: unknown) => (thrown as Error).name === 'NodeApiError';

it(
	`no list and no credential test breaks on an answer (seed ${SEED})`,
	async () => {
		const searches = [searchEndpoints, searchPhoneNumbers, searchPhoneNumberIds];
		// One of them is the test.
		const anySearch = fc.constantFrom(...searches, undefined);
		await fc.assert(
			fc.asyncProperty(anySearch, anyAnswer, async (search, answer) => {
				const helpers = respond(answer);
				if (!search) {
					const context = { helpers } as unknown as ICredentialTestFunctions;
					const credential = { id: '', name: '', type: 'krosAiApi', data: CREDENTIAL };
					await krosAiApiTest.call(context, credential);
					return;
				}
				const context = { getNode: () => NODE, getCredentials: async () => CREDENTIAL, helpers };
				try {
					await search.call(context as never, '415');
				} catch (thrown) {
					// The editor shows its words in place of the list.
					if (!isOurs(thrown)) throw thrown;
				}
			}),
			{ numRuns: rounds(0.05), seed: SEED, examples: largeFor([searchEndpoints, undefined]) },
		);
	},
	LIMIT_MS,
);
