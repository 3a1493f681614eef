// The least that a trigger node with a webhook and a credential can do: hand the body to the
// workflow. It looks at no credential, checks no signature and remembers nothing, so what it costs
// is what n8n itself spends on any such node. For the benchmark of deliveries only.
class FloorTrigger {
	constructor() {
		this.description = {
			displayName: 'Floor Trigger',
			name: 'floorTrigger',
			group: ['trigger'],
			version: 1,
			description: 'Starts the workflow for whatever comes',
			defaults: { name: 'Floor Trigger' },
			inputs: [],
			outputs: ['main'],
			credentials: [{ name: 'krosAiApi', required: true }],
			webhooks: [
				{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
			],
			properties: [],
		};
	}

	async webhook() {
		return { workflowData: [[{ json: this.getBodyData() }]] };
	}
}

module.exports = { FloorTrigger };
