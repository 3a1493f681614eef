/** A campaign of days, examples/campaign.json, in an n8n that is killed twice, and run three times at once. */
import { rows as contacts } from '../../e2e/campaign';
import { caughtUp } from '../../e2e/caughtUp';
import { createKrosAiCredential } from '../../e2e/krosAi';
import { outputOf } from '../../n8n/execution';
import { exampleInUse, type WorkflowFile, withNode, type WorkflowNode } from '../../n8n/workflow';
import { until } from '../../../simulator/client';
import { somewhereIn, useVictim } from './victim';

jest.setTimeout(10 * 60_000);

const victim = useVictim();
const CONTACTS = 'KrosAI campaign contacts';
const COUNT = 30;
const IN_THE_PAST = new Date(0).toISOString();
const EVERY_SECOND = { rule: { interval: [{ field: 'seconds', secondsInterval: 2 }] } };

const published: string[] = [];
afterEach(async () => {
	for (const id of published.splice(0)) await victim.client().deactivateWorkflow(id);
});

const rows = async () => await victim.client().dataTableRows(CONTACTS);
const callsTo = (phone: unknown) =>
	victim.simulator().calls.filter(({ to_number }) => to_number === phone).length;

/** A part of the campaign, which may call at any hour. */
async function part(file: string): Promise<WorkflowFile> {
	const credential = await createKrosAiCredential(victim.client(), victim.simulator().baseUrl);
	const workflow = await exampleInUse(file, credential);
	const nodes = workflow.nodes.map((node) =>
		'callingHours' in node.parameters
			? { ...node, parameters: { ...node.parameters, callingHours: 'any' } }
			: node,
	);
	return { ...workflow, nodes };
}

/** The tables, with these contacts in place of any others. */
async function fill(count: number, from: number): Promise<string[]> {
	const client = victim.client();
	const { id } = await client.createWorkflow(await part('campaign.json'));
	await client.executionAtEnd(await client.runWorkflow(id, 'Every Five Minutes'));
	const list = contacts(count, from).map(({ phone, contact_id }) => ({
		customer_id: contact_id,
		name: contact_id,
		phone,
	}));
	await client.addDataTableRows(CONTACTS, list);
	return list.map(({ phone }) => phone);
}

/** Publishes a part, whose Schedule Trigger goes off every two seconds. */
async function publish(file: string, schedule: string, changes: Partial<WorkflowNode> = {}) {
	const workflow = withNode(await part(file), schedule, { parameters: EVERY_SECOND, ...changes });
	const created = await victim.client().createWorkflow(workflow);
	await victim.client().activateWorkflow(created);
	published.push(created.id);
}

/** 20 minutes later, who was marked and has no call is taken up again. */
const laterThanABatch = async () =>
	await victim.client().changeDataTableRow(CONTACTS, ['status', 'calling'], {
		marked_at: IN_THE_PAST,
	});

test('killed twice in the middle: no contact is called twice, and none is lost', async () => {
	const client = victim.client();
	const simulator = victim.simulator();
	const phones = await fill(COUNT, 0);
	const unanswered = phones.filter((_, index) => index % 3 === 0);
	for (const phone of unanswered) simulator.script(phone, 'no_answer');
	const reached = async (calls: number) => await until(() => simulator.calls.length >= calls, 120);
	/** All outcomes are there; gives the rows. */
	const ended = async () =>
		await until(async () => {
			await laterThanABatch();
			const all = await rows();
			const isEnded = ({ status, next_call_at }: (typeof all)[number]) =>
				status === 'waiting' ? Date.parse(String(next_call_at)) > Date.now() : status !== 'calling';
			return all.every(isEnded) && all;
		}, 240);

	await publish('campaign.json', 'Every Five Minutes');
	await publish('campaign-outcomes.json', 'Every Quarter of an Hour');
	await reached(somewhereIn(COUNT, 20));
	await victim.kill();
	const firstTry = await ended();
	const calledAtFirst = simulator.calls.length;
	expect(Math.max(...phones.map(callsTo))).toBe(1);

	// Two hours later the second try of those who did not answer begins, and n8n is killed again.
	const waiting = firstTry.filter(({ status }) => status === 'waiting');
	await client.changeDataTableRow(CONTACTS, ['status', 'waiting'], { next_call_at: IN_THE_PAST });
	await reached(calledAtFirst + somewhereIn(waiting.length, 21));
	await victim.kill();
	const all = await ended();
	await caughtUp(simulator);

	const toCheck = all.filter(({ status }) => status === 'check');
	process.stderr.write(
		`campaign killed twice: ${calledAtFirst} of ${COUNT} called, then ${simulator.calls.length - calledAtFirst} of ${waiting.length} again; ${toCheck.length} to check\n`,
	);
	for (const { phone, status, attempts, outcome } of all) {
		// Each outcome is that of a call, and there is no call without one.
		expect([phone, callsTo(phone)]).toEqual([phone, attempts]);
		const isUnanswered = unanswered.includes(String(phone));
		if (status === 'check') continue;
		expect([phone, status, attempts, outcome]).toEqual(
			isUnanswered ? [phone, 'waiting', 2, 'no_answer'] : [phone, 'done', 1, 'completed'],
		);
	}
	// Noted for the next second when n8n ended, twice: Calls per Second is 2.
	expect(toCheck.length).toBeLessThanOrEqual(4);
});

test('three runs that have read the same rows: by the marks alone, one of them calls each contact', async () => {
	const client = victim.client();
	const phones = await fill(12, 100);
	const { id } = await client.createWorkflow(withoutOtherGuards(await part('campaign.json')));
	const runs = await Promise.all(
		[1, 2, 3].map(async () => await client.runWorkflow(id, 'Every Five Minutes')),
	);
	const ended = await Promise.all(runs.map(async (run) => await client.executionAtEnd(run)));
	for (const execution of ended) {
		expect(execution.status).toBe('success');
		expect(outputOf(execution, 'Due')).toHaveLength(12);
	}
	await caughtUp(victim.simulator());
	expect(phones.map(callsTo)).toEqual(phones.map(() => 1));
});

/** All runs get as far as marking, wait there for one another, and no key is asked. */
function withoutOtherGuards(file: WorkflowFile): WorkflowFile {
	const { parameters } = file.nodes.find(({ name }) => name === 'KrosAI')!;
	const workflow = withNode(withNode(file, 'No Batch Under Way', { disabled: true }), 'KrosAI', {
		parameters: { ...parameters, options: {} },
	});
	const hold: WorkflowNode = {
		id: 'hold',
		name: 'Hold',
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		position: [0, 0],
		parameters: { resume: 'timeInterval', amount: 5, unit: 'seconds' },
		webhookId: 'hold',
	};
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		...workflow,
		nodes: [...workflow.nodes, hold],
		connections: { ...workflow.connections, Due: to('Hold'), Hold: to('Mark') },
	};
}
