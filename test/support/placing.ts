import type { IDataObject, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { initiate } from '../../nodes/KrosAi/actions/call/initiate.operation';
import { simulator, useSimulator } from '../../simulator/setUp';
import { callTo } from './calls';
import { credentialFor, executeContext, type Run } from './n8n';

/** Call → Initiate by itself, for tests of what places calls. */

export const PEOPLE = ['+14155550110', '+14155550111', '+14155550112'] as const;
export const [FIRST, SECOND, THIRD] = PEOPLE;
export const STOP = { stopAtFailure: true, isToolRun: false };
export const CONTINUE = { stopAtFailure: false, isToolRun: false };
export const allContacts = PEOPLE.map((number) => callTo(number));

export { simulator };

/** For a test file. */
export const usePlacing = () => useSimulator({ startsPerSecond: Infinity });

export async function run(items: IDataObject[], mode = CONTINUE, options: Partial<Run> = {}) {
	const credential = credentialFor(simulator);
	return await initiate.execute(executeContext({ credential, items, ...options }), mode);
}

export async function thrownBy(items: IDataObject[], options: Partial<Run> = {}) {
	try {
		await run(items, STOP, options);
	} catch (thrown) {
		return thrown as NodeApiError | NodeOperationError;
	}
	throw new Error('Nothing was thrown');
}

/** Two requests under way at once may arrive in any order. */
export const byNumber = () =>
	[...simulator.calls].sort((a, b) => a.to_number.localeCompare(b.to_number, 'en'));
export const calledNumbers = () => byNumber().map(({ to_number }) => to_number);
