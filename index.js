/** The package's classes, for a program. n8n itself finds them through `n8n` in package.json. */
module.exports = require('./dist/nodes/KrosAi/nodes.js');
