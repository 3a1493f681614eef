import type { Execution } from '../n8n/execution';
import type { CredentialReference, WorkflowFile } from '../n8n/workflow';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator';
import { credentialFor } from '../support/n8n';
import { sharedN8n } from './sharedN8n';

/** The suite's n8n with a KrosAI for a test file, which forgets everything between tests. */
export function useKrosAi(options: SimulatorOptions): {
	client: ReturnType<typeof sharedN8n>['client'];
	simulator: () => Simulator;
	credential: () => CredentialReference;
	/** Stores a workflow, runs it from the trigger of this name, and waits for the end. */
	execute(workflow: WorkflowFile, trigger?: string): Promise<Execution>;
} {
	const { client } = sharedN8n();
	let simulator: Simulator;
	let credential: CredentialReference;
	beforeAll(async () => {
		simulator = await startSimulator(options);
		credential = await client.createCredential({
			name: 'KrosAI account',
			type: 'krosAiApi',
			data: { ...credentialFor(simulator) },
		});
	});
	beforeEach(() => simulator.reset());
	afterAll(async () => await simulator.close());
	return {
		client,
		simulator: () => simulator,
		credential: () => credential,
		execute: async (workflow, trigger = 'Start') => {
			const { id } = await client.createWorkflow(workflow);
			return await client.executionAtEnd(await client.runWorkflow(id, trigger));
		},
	};
}
