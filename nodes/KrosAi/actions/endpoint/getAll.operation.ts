import { ENDPOINTS } from '../../api/lists';
import { listOperation } from '../listOperation';

/** Endpoint → Get Many: the AI agents that the list of Endpoint shows, without their secrets. */
export const getAll = listOperation({
	resource: 'endpoint',
	list: ENDPOINTS,
	action: 'Get many endpoints',
	description: 'List your AI agents. The ID of one is what Initiate takes as AI Agent (Endpoint).',
	forAgents:
		'Lists the AI agents (endpoints) that can talk on a phone call. Places no call and costs nothing. Returns for each its id, which is what a call takes as Endpoint, its name, type and status.',
});
