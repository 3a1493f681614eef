/**
 * `npm run newest`: whether npm can install a newer n8n 2 than the one that the tests and `npm start`
 * use; ends with 1 where it can. n8n 3 isn't on npm.
 */
import { listedVersions, newestInstallable } from '../test/n8n/registry';
import { compareVersions, DEFAULT_N8N_VERSION } from '../test/n8n/versions';

const newer = listedVersions().filter(
	(version) => version.startsWith('2.') && compareVersions(version, DEFAULT_N8N_VERSION) > 0,
);
const found = newestInstallable(newer, console.log);
console.log(
	found
		? `n8n ${found} can be had: write it into test/n8n/versions.ts, and its n8n-core and n8n-workflow into package.json.`
		: `n8n ${DEFAULT_N8N_VERSION} is the newest n8n 2 that npm can install.`,
);
process.exitCode = found ? 1 : 0;
