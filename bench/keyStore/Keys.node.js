// Does to n8n's store what a run of the KrosAI node does to it, with the node's own code, but
// calls no contact: so its time is the store's alone. For the benchmark of keys only.
const { keyStoreOf, memoryOf } = require('../../nodes/KrosAi/actions/call/keyStore');
const { OnceKeys } = require('../../nodes/KrosAi/dialing/onceKeys');

const LISTS = { memory: memoryOf, keys: keyStoreOf };

class Keys {
	constructor() {
		this.description = {
			displayName: 'Keys',
			name: 'keys',
			group: ['transform'],
			version: 1,
			description: 'Records keys as the KrosAI node does',
			defaults: { name: 'Keys' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [],
		};
	}

	async execute() {
		const { name, list, count, chunk, isCalled } = this.getInputData()[0].json.body;
		const store = LISTS[list](this);
		const onceKeys = new OnceKeys(store, (item) => `${name} ${item}`);
		const items = [...Array(count).keys()];
		const started = performance.now();
		for (let item = 0; item < count; item += chunk) {
			await onceKeys.claim(items.slice(item, item + chunk));
		}
		const recorded = performance.now();
		const isKept = await onceKeys.settle(() => isCalled, { recordAgain: list === 'keys' });
		const settled = performance.now();
		if (onceKeys.failedWith || !isKept) throw new Error(onceKeys.failedWith ?? 'Not kept');
		const found = items.filter((item) => onceKeys.isFound(item)).length;
		const json = { recordMs: recorded - started, settleMs: settled - recorded, found };
		return [[{ json }]];
	}
}

module.exports = { Keys };
