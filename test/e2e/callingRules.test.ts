import { outputOf } from '../n8n/execution';
import { withNode } from '../n8n/workflow';
import { exampleInHours, hoursFrom, MINUTE_MS } from './hours';
import { useKrosAi } from './setup';

/** The calling rules in a real n8n, by its own clock: the hours are set around the time it is. */
const { simulator, credential, execute } = useKrosAi({ speed: 50 });

const person = (index: number, more: object = {}) => ({
	name: `Contact ${index}`,
	phone: `+14155550${100 + index}`,
	customer_id: `cust_${index}`,
	time_zone: 'UTC',
	consent: 'yes',
	...more,
});

test("the dry run shows a campaign's day, and sends not one request", async () => {
	const contacts = [
		person(1, { name: 'Ada' }),
		person(2, { name: 'Bola', time_zone: 'Asia/Kolkata' }),
		person(3, { name: 'Chidi', consent: 'no' }),
		person(4, { name: 'Dara', phone: 'n/a' }),
	];
	const now = Date.now();
	const hours = hoursFrom(now - MINUTE_MS, now + 10 * MINUTE_MS);
	const [{ from }] = hours.callingHoursRows.row;
	const execution = await execute(
		await exampleInHours('dry-run-of-a-day.json', credential(), contacts, hours),
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
	const always = { callingHours: 'any' };
	const workflow = await exampleInHours(
		'call-in-allowed-hours.json',
		credential(),
		contacts,
		always,
	);
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
