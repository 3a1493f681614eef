/**
 * A thousand contacts under Most Calls to a Number, Most Calls per From Number and Most Calls
 * while a fifth of the requests meet a fault, in several executions: one after another with a log that
 * shows all, and at once with one that lags a minute. Judged by what the simulator saw.
 */
import type { IDataObject } from 'n8n-workflow';
import type { Fault, SimulatedCall, SimulatorOptions } from '../../../simulator';
import { chance } from '../../support/chance';
import { type Engine, openEngine } from '../../engine/engine';
import { callWorkflow, outputJson } from '../../engine/workflow';
import { forkKrosAi, type KrosAi, type KrosAiProcess } from './krosAi';

const SEED = Number(process.env.KROSAI_CHAOS_SEED ?? Date.now() % 1_000_000);
const COUNT = 1000;
const EXECUTIONS = 3;
const LIMIT = 2;
const PER_FROM_NUMBER = 400;
const PER_RUN = 700;
const SHARE = 0.2;
const LIMIT_MS = 10 * 60_000;

const OWN = ['+2348012345678', '+14155550100', '+14155550101'];
const CONTACTS = Array.from({ length: COUNT }, (_, id) => ({
	id,
	phone: `+442079460${String(id).padStart(3, '0')}`,
}));

const status = (code: number, accepting: 'before' | 'after', body?: IDataObject) =>
	({ kind: 'status', status: code, accepting, ...(body && { body }) }) as Fault;
const FAULTS: Fault[] = [
	{ kind: 'dropBefore' },
	{ kind: 'dropAfter' },
	{ kind: 'garbage' },
	{ kind: 'delay', ms: 300 },
	status(500, 'before'),
	status(500, 'after'),
	status(400, 'before', { error: 'No', code: 'INSUFFICIENT_BALANCE' }),
	status(429, 'before', { error: 'No', code: 'RATE_LIMIT_EXCEEDED' }),
	status(429, 'before', { error: 'No', code: 'RATE_LIMIT_EXCEEDED', retry_after: 0.2 }),
];

let engine: Engine;
let krosAis: KrosAiProcess;
beforeAll(async () => {
	engine = await openEngine({ store: true });
	krosAis = forkKrosAi();
}, 120_000);
afterAll(() => {
	krosAis.close();
	engine.close();
});

/** An organization whose log has a call of another workflow to each fourth contact. */
async function openKrosAi(random: () => number, options: SimulatorOptions): Promise<KrosAi> {
	const krosAi = await krosAis.start({
		plan: 'business',
		startsPerSecond: 120,
		speed: 60,
		phoneNumbers: OWN.map((number, index) => ({ id: `pn_${index}`, number })),
		...options,
	});
	for (const { id, phone } of CONTACTS) {
		if (id % 4 === 0) await krosAi.addCall({ toNumber: phone, ageSeconds: 600 + random() * 3_000 });
		if (random() >= SHARE) continue;
		const fault = FAULTS[Math.floor(random() * FAULTS.length)]!;
		await krosAi.fault({ ...fault, toNumber: phone });
	}
	return krosAi;
}

const run = async (krosAi: KrosAi, execution: number, options: IDataObject) => {
	const workflow = callWorkflow(CONTACTS as unknown as IDataObject[], {
		settings: { retryOnFail: true, maxTries: 3, onError: 'continueRegularOutput' },
		parameters: {
			callingRules: { attemptLimit: LIMIT },
			options: { callsPerSecond: 130, ...options },
		},
	});
	const credential = { apiKey: 'kros_test_simulator', baseUrl: krosAi.baseUrl };
	const result = await engine.run(
		{ ...workflow, id: `limits ${execution} ${SEED}` },
		{ credential, mode: 'trigger' },
	);
	const items = outputJson(result, 'Placed');
	expect(items).toHaveLength(COUNT);
	return items;
};

const countBy = (calls: SimulatedCall[], key: 'to_number' | 'from_number') => {
	const counts = new Map<string, number>();
	for (const call of calls) counts.set(call[key], (counts.get(call[key]) ?? 0) + 1);
	return counts;
};
const over = (counts: Map<string, number>, most: number) =>
	[...counts].filter(([, count]) => count > most).length;

function tell(name: string, calls: SimulatedCall[], items: IDataObject[][]): void {
	const codes = new Map<string, number>();
	for (const { error, reason } of items.flat()) {
		const code = String((error as IDataObject | undefined)?.code ?? reason ?? 'called');
		codes.set(code, (codes.get(code) ?? 0) + 1);
	}
	const to = countBy(calls, 'to_number');
	process.stdout.write(
		`${name}, seed ${SEED}: ${calls.length} calls; over ${LIMIT} to a number: ${over(to, LIMIT)}, ` +
			`most to one: ${Math.max(...to.values())}; from: ${[...countBy(calls, 'from_number').values()].join(', ')}; ` +
			`said: ${[...codes].map(([code, count]) => `${count} ${code}`).join(', ')}\n`,
	);
}

it(
	'goes over no limit where nothing lags, in one execution after another',
	async () => {
		const krosAi = await openKrosAi(chance(SEED), {});
		const items: IDataObject[][] = [];
		let called = (await krosAi.state()).calls.length;
		for (let execution = 0; execution < EXECUTIONS; execution += 1) {
			const options = {
				moreFromNumbers: OWN,
				fromNumberDailyLimit: PER_FROM_NUMBER,
				maxCalls: PER_RUN,
			};
			items.push(await run(krosAi, execution, options));
			const { length } = (await krosAi.state()).calls;
			expect(length - called).toBeLessThanOrEqual(PER_RUN);
			called = length;
		}
		const { calls } = await krosAi.state();
		tell('one after another', calls, items);
		expect(over(countBy(calls, 'to_number'), LIMIT)).toBe(0);
		expect(over(countBy(calls, 'from_number'), PER_FROM_NUMBER)).toBe(0);
	},
	LIMIT_MS,
);

it(
	'goes over by one for each execution at the same time at most, where the log lags a minute',
	async () => {
		const krosAi = await openKrosAi(chance(SEED + 1), { logLagSeconds: 60 });
		const executions = [...Array(EXECUTIONS).keys()].map((index) => EXECUTIONS + index);
		const items = await Promise.all(
			executions.map(async (execution) => await run(krosAi, execution, {})),
		);
		const { calls } = await krosAi.state();
		tell('at once', calls, items);
		expect(over(countBy(calls, 'to_number'), LIMIT + EXECUTIONS - 1)).toBe(0);
	},
	LIMIT_MS,
);
