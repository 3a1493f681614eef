import { join } from 'node:path';
import type { IRun } from 'n8n-workflow';
import { openEngine } from '../test/engine/engine';
import type { WorkflowJson } from '../test/engine/workflow';

export const API_KEY = 'kros_test_simulator';

export interface BenchEngine {
	/** Runs a workflow as an active one runs, to its end. Rejects where it didn't get there. */
	run(workflow: WorkflowJson, baseUrl: string): Promise<IRun>;
	close(): void;
}

/** n8n's engine with our node as built and n8n's own nodes; `npm run bench` says where they are. */
export async function openBenchEngine(): Promise<BenchEngine> {
	const { KROSAI_ENGINE_DIR } = process.env;
	if (!KROSAI_ENGINE_DIR) throw new Error('Run benchmarks with: npm run bench -- <name>');
	const engine = await openEngine({
		builtInNodes: join(KROSAI_ENGINE_DIR, 'node_modules/n8n-nodes-base'),
	});
	return {
		run: async (workflow, baseUrl) => {
			// For either way to give the key: our credential, and n8n's Header Auth.
			const credential = { apiKey: API_KEY, baseUrl, name: 'x-api-key', value: API_KEY };
			const run = await engine.run(workflow, { credential, mode: 'trigger' });
			const { error } = run.data.resultData;
			if (error) throw error;
			return run;
		},
		close: () => engine.close(),
	};
}
