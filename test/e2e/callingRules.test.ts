import { outputOf } from '../n8n/execution';
import { exampleInUse, type WorkflowFile, withNode } from '../n8n/workflow';
import { useKrosAi } from './setup';
import { until } from '../../simulator/client';

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
	const workflow = await exampleInUse(file, credential());
	const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
	const callingRules = { ...(parameters.callingRules as object), blockedDates: '' };
	const items = JSON.stringify(contacts.map((json) => ({ json })));
	return withNode(
		withNode(workflow, 'KrosAI', {
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

	await until(() => simulator().called().length === 2, 120);
	expect([...simulator().called()].sort()).toEqual([contacts[0]!.phone, contacts[3]!.phone]);
	for (const { at } of simulator().requests) {
		expect(at).toBeGreaterThanOrEqual(opening);
		expect(at).toBeLessThan(opening + MINUTE);
	}
	await client.deactivateWorkflow(created.id);
}, 240_000);

test("the dry run shows a campaign's day, and sends not one request", async () => {
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
	expect(outputOf(execution, 'The Day').map(({ json }) => json)).toMatchObject([
		{ customer_id: 'cust_1', name: 'Ada', call: 'now', time_zone: 'UTC', reason: null },
		{ name: 'Bola', call: 'later', call_at: expect.stringContaining(from) },
		{ name: 'Chidi', call: 'never', reason: expect.stringContaining('Consent is no explicit yes') },
		{ name: 'Dara', phone: 'n/a', call: 'never', reason: expect.stringContaining('has letters') },
	]);
	expect(simulator().requests).toEqual([]);
});

test('a list keeps to limits per person and from number, to agreed times and to Most Calls', async () => {
	simulator().addCall({ toNumber: person(2).phone, ageSeconds: 3600 });
	const contacts = [1, 2, 3, 4, 5, 6, 7].map((index) => person(index));
	const always = hours('00:00', '24:00');
	const workflow = await example('call-in-allowed-hours.json', contacts, always);
	const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
	const day = (contact: string, days: number) =>
		`={{ $json.name === "${contact}" ? $now.plus({ days: ${days} }) : "" }}`;
	const execution = await execute(
		withNode(workflow, 'KrosAI', {
			onError: 'continueRegularOutput',
			parameters: {
				...parameters,
				callingRules: {
					timeZone: 'UTC',
					attemptLimit: 1,
					notBefore: day('Contact 3', 1),
					notAfter: day('Contact 4', -1),
				},
				options: {
					moreFromNumbers: '={{ ["+14155550100"] }}',
					fromNumberDailyLimit: 5,
					maxCalls: 3,
				},
			},
		}),
	);
	expect(execution.status).toBe('success');
	const items = outputOf(execution, 'KrosAI').map(({ json }) => json);
	expect(items).toMatchObject([
		{ to_number: contacts[0]!.phone, from_number: '+2348012345678' },
		{ error: { code: 'TOO_MANY_CALLS', retry_at: expect.any(String) } },
		{ error: { code: 'TOO_EARLY', retry_at: expect.any(String) } },
		{ error: { code: 'TOO_LATE', retry_at: null } },
		{ to_number: contacts[4]!.phone, from_number: '+14155550100' },
		{ to_number: contacts[5]!.phone, from_number: '+2348012345678' },
		{ customer_id: 'cust_7', status: 'skipped', reason: 'RUN_LIMIT' },
	]);
	expect(simulator().called()).toEqual([0, 4, 5].map((index) => contacts[index]!.phone));
});
