import { readFile } from 'node:fs/promises';

import { cacheRoot } from '../n8n/cache';
import { NODE_TYPE } from './krosAi';
import { sharedN8n } from './sharedN8n';

const { url, client, logFile } = sharedN8n();

describe('the installed package', () => {
	test('n8n knows the node with its credential, categories and search aliases', async () => {
		const types = await client.nodeTypes();
		expect(types.find(({ name }) => name === NODE_TYPE)).toMatchObject({
			displayName: 'KrosAI',
			version: 1,
			credentials: [expect.objectContaining({ name: 'krosAiApi' })],
			codex: {
				categories: expect.arrayContaining(['Communication']),
				alias: expect.arrayContaining(['phone']),
			},
		});
	});

	test('both icons are served', async () => {
		const type = (await client.nodeTypes()).find(({ name }) => name === NODE_TYPE);
		const icons = Object.values(type?.iconUrl ?? {});
		expect(icons).toHaveLength(2);
		for (const icon of icons) {
			const response = await fetch(`${url}/${icon}`);
			expect(response.headers.get('content-type')).toContain('image/svg+xml');
			expect(await response.text()).toContain('<svg');
		}
	});

	test("n8n's log has nothing to say about it", async () => {
		// The cache folder, which is in every stack trace, has the package's name too.
		const log = (await readFile(logFile, 'utf8')).replaceAll(cacheRoot(), '');
		const lines = log.split('\n');
		expect(lines.filter((line) => /n8n-nodes-krosai|krosAi/.test(line))).toEqual([]);
	});
});
