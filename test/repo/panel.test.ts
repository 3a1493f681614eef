import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { panelOutline } from './panel';

const FILE = resolve(__dirname, '../../docs/panel.txt');

it('shows in docs/panel.txt what the editor shows', () => {
	// `npm run panel` writes it.
	if (process.env.KROSAI_PANEL) writeFileSync(FILE, panelOutline());
	expect(readFileSync(FILE, 'utf8')).toBe(panelOutline());
});
