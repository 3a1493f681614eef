// Does to n8n's store what a run of the KrosAI node does to it, with the node's own code as built,
// but calls nobody: so its time is the store's alone. For the benchmark of keys only.
const { keyStoreOf } = require('../../../dist/nodes/KrosAi/actions/call/keyStore.js');
const { Claims } = require('../../../dist/nodes/KrosAi/dialing/claims.js');

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
		const { name, count, isCalled, isOneWrite } = this.getInputData()[0].json.body;
		const keys = Array.from({ length: count }, (_, item) => ({ item, key: `${name} ${item}` }));
		const claims = new Claims(keyStoreOf(this), count);
		const started = performance.now();
		const chunkSize = isOneWrite ? count : claims.chunkSize;
		let writes = 0;
		for (let item = 0; item < count; item += chunkSize) {
			await claims.claim(keys.slice(item, item + chunkSize));
			writes += 1;
		}
		const recorded = performance.now();
		const all = keys.map(({ key }) => key);
		const isKept = await claims.settle(isCalled ? all : [], isCalled ? [] : all);
		const settled = performance.now();
		if (claims.failedWith || !isKept) throw new Error(claims.failedWith ?? 'Not kept');
		const skipped = keys.filter(({ item }) => claims.isSkipped(item)).length;
		const json = { writes, recordMs: recorded - started, settleMs: settled - recorded, skipped };
		return [[{ json }]];
	}
}

module.exports = { Keys };
