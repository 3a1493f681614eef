import {
	type CredentialReference,
	exampleInUse,
	type WorkflowFile,
	withNode,
} from '../n8n/workflow';

export const MINUTE_MS = 60_000;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const minuteOf = (time: number) => new Date(time).toISOString().slice(11, 16);

/** Hours of every day, in UTC: the rules go by n8n's own clock, so they are set around the time it is. */
export function hoursFrom(from: number, to: number) {
	const row = { days: DAYS, from: minuteOf(from), to: minuteOf(to) };
	return { callingHours: 'custom', callingHoursRows: { row: [row] as [typeof row] } };
}

/** An example with other contacts, other hours, no blocked dates and no options. */
export async function exampleInHours(
	file: string,
	krosAiApi: CredentialReference,
	contacts: Array<Record<string, unknown>>,
	hours: Record<string, unknown>,
): Promise<WorkflowFile> {
	const workflow = await exampleInUse(file, krosAiApi);
	const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
	const callingRules = { ...(parameters.callingRules as object), blockedDates: '' };
	const items = JSON.stringify(contacts.map((json) => ({ json })));
	const changed = { parameters: { ...parameters, ...hours, callingRules, options: {} } };
	return withNode(withNode(workflow, 'KrosAI', changed), 'Contacts', {
		parameters: { jsCode: `return ${items};` },
	});
}
