import { randomUUID } from 'node:crypto';

import { type WorkflowFile, type WorkflowNode, workflowNode, workflowOf } from '../n8n/workflow';

/** Tools behind an MCP Server Trigger. Its address is n8n's with `/mcp/<path>`, once published. */
export function mcpWorkflow(tools: WorkflowNode[]): { file: WorkflowFile; path: string } {
	const path = randomUUID();
	const trigger = workflowNode(
		'MCP',
		'@n8n/n8n-nodes-langchain.mcpTrigger',
		{ path, authentication: 'none' },
		{ typeVersion: 2.1, webhookId: path },
	);
	const type = 'ai_tool';
	const connections = Object.fromEntries(
		tools.map(({ name }) => [name, { [type]: [[{ node: trigger.name, type, index: 0 }]] }]),
	);
	const file = { ...workflowOf('MCP', [trigger, ...tools]), connections };
	return { file, path };
}
