/** What it costs to have every calling rule and limit on: the same list with them and without. */
import type { IDataObject } from 'n8n-workflow';
import { callWorkflow, type WorkflowJson } from '../test/engine/workflow';
import { contacts } from './contacts';
import { openBenchEngine } from './engine';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median, quote, ratios } from './statistics';
import { lost } from './tally';

const CALLS = 1_000;
/** What KrosAI accepts, and one at which the rate limiter isn't what is measured. */
const RATES = [
	{ rate: 10, rounds: 1 },
	{ rate: 10_000, rounds: 5 },
];

const OWN = ['+2348012345678', '+442079460100', '+14155550100'];
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const HOUR_MS = 3_600_000;

const RULES: IDataObject = {
	callingHours: 'custom',
	callingHoursRows: { row: [{ days: DAYS, from: '00:00', to: '24:00' }] },
	callingRules: {
		allowPremiumNumbers: false,
		allowedCountries: ['GB', 'NG', 'US'],
		attemptHours: '={{ $json.id % 2 ? 24 : 168 }}',
		attemptLimit: '={{ 3 }}',
		blockedDates: '2026-01-01, 2030-12-25',
		consent: '={{ "yes" }}',
		doNotCall: Array.from({ length: 100 }, (_, id) => `+14155550${100 + (id % 100)}`).join(', '),
		notAfter: `={{ new Date(Date.now() + ${HOUR_MS}).toISOString() }}`,
		notBefore: `={{ new Date(Date.now() - ${HOUR_MS}).toISOString() }}`,
		timeZone: 'Europe/London',
	},
};
const LIMITS: IDataObject = {
	chooseFromNumber: 'closest',
	fromNumberDailyLimit: 100_000,
	maxCalls: 100_000,
	moreFromNumbers: OWN.slice(1).join(', '),
};

interface Cost {
	seconds: number;
	/** Of the processor. */
	cpu: number;
}

async function main(): Promise<void> {
	const engine = await openBenchEngine();
	const simulator = await forkSimulator();
	const rows = contacts(CALLS) as unknown as IDataObject[];
	const workflow = (callsPerSecond: number, isLimited: boolean): WorkflowJson =>
		callWorkflow(rows, {
			parameters: {
				...(isLimited && RULES),
				options: { callsPerSecond, ...(isLimited && LIMITS) },
			},
			settings: { onError: 'continueRegularOutput' },
		});
	const measure = async (callsPerSecond: number, isLimited: boolean): Promise<Cost> => {
		const phoneNumbers = OWN.map((number, index) => ({ id: `pn_${index}`, number }));
		await simulator.prepare({ options: { startsPerSecond: Infinity, phoneNumbers } });
		const started = performance.now();
		const cpu = process.cpuUsage();
		await engine.run(workflow(callsPerSecond, isLimited), simulator.baseUrl);
		const { user, system } = process.cpuUsage(cpu);
		const seconds = (performance.now() - started) / 1000;
		if (lost(await simulator.tally(), CALLS) > 0) throw new Error('A contact was not called');
		return { seconds, cpu: (user + system) / 1e6 };
	};

	// Compiled code is what an n8n has that has run for a while.
	for (let time = 0; time < 3; time += 1) await measure(10_000, time > 0);
	const found = [];
	for (const { rate, rounds } of RATES) {
		const costs: Record<'with' | 'without', Cost[]> = { with: [], without: [] };
		for (let round = 1; round <= rounds; round += 1) {
			costs.without.push(await measure(rate, false));
			costs.with.push(await measure(rate, true));
			console.log(`${rate} a second, round ${round} of ${rounds} done`);
		}
		found.push({ rate, costs });
	}
	simulator.close();
	engine.close();

	await report({
		title: 'What rules and limits cost',
		name: 'limits',
		intro:
			`${CALLS} contacts with every calling rule and limit on, half of them as expressions, and without; KrosAI answers at once, ` +
			`and its log is empty, so that reading it is one request. Rounds in turns, with medians. A log is read ` +
			`before the first call, a hundred calls a request.`,
		rows: found.map(({ rate, costs }) => {
			const of = (which: 'with' | 'without', what: keyof Cost) =>
				costs[which].map((cost) => cost[what]);
			return {
				'calls per second': rate,
				'seconds without': median(of('without', 'seconds')).toFixed(2),
				'seconds with': median(of('with', 'seconds')).toFixed(2),
				'time with over without': quote(ratios(of('with', 'seconds'), of('without', 'seconds'))),
				'processor µs per contact, without': Math.round(
					(median(of('without', 'cpu')) / CALLS) * 1e6,
				),
				'processor µs per contact, with': Math.round((median(of('with', 'cpu')) / CALLS) * 1e6),
			};
		}),
		notes: [],
	});
}

void main();
