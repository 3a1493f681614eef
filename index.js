/** The package's classes, for a program. n8n itself finds them through `n8n` in package.json. */
const { KrosAiApi } = require('./dist/credentials/KrosAiApi.credentials.js');
const { KrosAi } = require('./dist/nodes/KrosAi/KrosAi.node.js');
const { KrosAiTrigger } = require('./dist/nodes/KrosAi/KrosAiTrigger.node.js');

module.exports = { KrosAi, KrosAiApi, KrosAiTrigger };
