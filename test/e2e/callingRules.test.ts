import { setTimeout as sleep } from 'node:timers/promises';
import { outputOf } from '../n8n/execution';
import { readExample, type WorkflowFile, withNode } from '../n8n/workflow';
import { caughtUp } from './caughtUp';
import { useKrosAi } from './setup';
import { until } from './until';

/** The calling rules in a real n8n, by its own clock: the hours are set around the time it is. */
const { client, simulator, credential, execute } = useKrosAi({ speed: 50 });

const MINUTE = 60_000;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const minuteOf = (time: number) => new Date(time).toISOString().slice(11, 16);
/** Hours of every day, in UTC. */
const hours = (from: string, to: string) => ({
	callingHours: 'custom',
	callingHoursRows: { row: [{ days: DAYS, from, to }] },
});

/** An example with this credential, other contacts, other hours and no blocked dates. */
async function example(
	file: string,
	contacts: Array<Record<string, unknown>>,
	allowed: ReturnType<typeof hours>,
	options: Record<string, unknown> = {},
): Promise<WorkflowFile> {
	const workflow = await readExample(file);
	const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
	const callingRules = { ...(parameters.callingRules as object), blockedDates: '' };
	const items = JSON.stringify(contacts.map((json) => ({ json })));
	return withNode(
		withNode(workflow, 'KrosAI', {
			credentials: { krosAiApi: credential() },
			parameters: { ...parameters, ...allowed, callingRules, options },
		}),
		'Contacts',
		{ parameters: { jsCode: `return ${items};` } },
	);
}

const person = (index: number, more: object = {}) => ({
	name: `Contact ${index}`,
	phone: `+14155550${100 + index}`,
	customer_id: `cust_${index}`,
	time_zone: 'UTC',
	consent: 'yes',
	...more,
});

test('a campaign that crosses the end of its hours stops there, and loses no contact', async () => {
	// Begins some seconds before a minute ends, at one call a second.
	const into = Date.now() % MINUTE;
	const seconds = 8;
	await sleep(
		into < MINUTE - seconds * 1000
			? MINUTE - seconds * 1000 - into
			: 2 * MINUTE - seconds * 1000 - into,
	);
	const end = Math.ceil(Date.now() / MINUTE) * MINUTE;
	const allRead = sleep(end - Date.now()).then(async () => {
		await caughtUp(simulator());
		return Date.now();
	});
	const contacts = Array.from({ length: 20 }, (_, index) => person(index));
	const execution = await execute(
		withNode(
			await example(
				'call-in-allowed-hours.json',
				contacts,
				hours(minuteOf(end - 30 * MINUTE), minuteOf(end)),
				{ callsPerSecond: 1 },
			),
			'Call Later',
			{ disabled: true },
		),
	);
	expect(execution.status).toBe('success');
	const placed = outputOf(execution, 'KrosAI', 0).map(({ json }) => json);
	const failed = outputOf(execution, 'KrosAI', 1).map(({ json }) => json);
	expect(placed.length).toBeGreaterThan(1);
	expect(failed.length).toBeGreaterThan(1);
	expect(placed.length + failed.length).toBe(20);

	// Not one request was sent to KrosAI from that minute on; the last may have been on its way.
	expect(simulator().requests).toHaveLength(placed.length);
	const latest = (await allRead) + 500;
	for (const { at } of simulator().requests) expect(at).toBeLessThan(latest);
	expect(placed.map(({ to_number }) => to_number)).toEqual(simulator().called());
	expect(failed).toMatchObject(
		contacts.slice(placed.length).map((contact) => ({
			...contact,
			error: {
				code: 'OUTSIDE_HOURS',
				placed: 'no',
				retry_at: new Date(end + 24 * 60 * MINUTE - 30 * MINUTE)
					.toISOString()
					.replace('.000Z', 'Z'),
			},
		})),
	);
}, 240_000);

test('the example calls those who had to wait, once each, when their hours open', async () => {
	const opening = Math.ceil((Date.now() + 20_000) / MINUTE) * MINUTE;
	const contacts = [
		person(1),
		person(2, { time_zone: 'Asia/Kolkata' }),
		person(3, { consent: '' }),
		person(4),
	];
	const workflow = await example(
		'call-in-allowed-hours.json',
		contacts,
		hours(minuteOf(opening), minuteOf(opening + 4 * MINUTE)),
	);
	const created = await client.createWorkflow(workflow);
	await client.activateWorkflow(created);
	const first = await client.executionAtEnd(await client.runWorkflow(created.id, 'Start'));
	expect(first.status).toBe('success');
	expect(outputOf(first, 'To Be Corrected').map(({ json }) => json)).toMatchObject([
		{ customer_id: 'cust_3', error: { code: 'NO_CONSENT', retry_at: null } },
	]);
	expect(simulator().requests).toEqual([]);

	await until('both are called', () => simulator().called().length === 2, 120);
	expect([...simulator().called()].sort()).toEqual([contacts[0]!.phone, contacts[3]!.phone]);
	for (const { at } of simulator().requests) {
		expect(at).toBeGreaterThanOrEqual(opening);
		expect(at).toBeLessThan(opening + MINUTE);
	}
	await client.deactivateWorkflow(created.id);
}, 240_000);

test("the dry run prints a campaign's day, and sends not one request", async () => {
	const contacts = [
		person(1, { name: 'Ada' }),
		person(2, { name: 'Bola', time_zone: 'Asia/Kolkata' }),
		person(3, { name: 'Chidi', consent: 'no' }),
		person(4, { name: 'Dara', phone: 'n/a' }),
	];
	const now = Date.now();
	const [from, to] = [minuteOf(now - MINUTE), minuteOf(now + 10 * MINUTE)];
	const execution = await execute(
		await example('dry-run-of-a-day.json', contacts, hours(from, to)),
	);
	expect(execution.status).toBe('success');
	const [item] = outputOf(execution, 'The Day');
	const lines = String(item?.json.day).split('\n');
	expect(lines).toEqual([
		expect.stringMatching(/^now {4} Ada \(\+14155550101\): \w{3} [\d-]+ [\d:]+ in UTC$/),
		expect.stringMatching(
			new RegExp(`^later {2} Bola \\(\\+14155550102\\): \\w{3} [\\d-]+ ${from} in Asia/Kolkata$`),
		),
		expect.stringMatching(/^never {2} Chidi .*Consent is no explicit yes/),
		expect.stringMatching(/^never {2} Dara \(no number\): "n\/a" in To Number has letters in it/),
	]);
	expect(simulator().requests).toEqual([]);
});
