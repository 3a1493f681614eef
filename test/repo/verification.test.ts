import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { KrosAiApi } from '../../credentials/KrosAiApi.credentials';
import { KrosAi } from '../../nodes/KrosAi/KrosAi.node';
import { KrosAiTrigger } from '../../nodes/KrosAi/KrosAiTrigger.node';

/**
 * Rules of n8n's verification that are in its repository and not yet in the plugin that `npm run lint`
 * and `npm run scan` use (November 2026). Decision 13 answers those that don't hold here.
 */
const NODES = resolve(__dirname, '../../nodes/KrosAi');
const types = [new KrosAi(), new KrosAiTrigger()].map(({ description }) => description);
const manifest = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8'));

/** Every value of this key, however deep. */
function valuesOf(key: string, within: unknown): unknown[] {
	if (typeof within !== 'object' || within === null) return [];
	return Object.entries(within).flatMap(([name, value]) => [
		...(name === key ? [value] : []),
		...valuesOf(key, value),
	]);
}

it('hint-max-length: a hint has at most 120 characters', () => {
	const hints = valuesOf('hint', [types, new KrosAiApi()]) as string[];
	expect(hints).not.toEqual([]);
	expect(hints.filter((hint) => hint.length > 120)).toEqual([]);
});

it('single-credential-per-node', () => {
	expect(types.map(({ credentials }) => credentials!.map(({ name }) => name))).toEqual([
		['krosAiApi'],
		['krosAiApi'],
	]);
});

it('require-mit-license, no-monorepo', () => {
	expect(manifest.license).toBe('MIT');
	expect(manifest.repository).not.toHaveProperty('directory');
	expect(manifest).not.toHaveProperty('workspaces');
});

/** Those of n8n's own nodes, without AI, which is n8n's alone, and Core Nodes, where Logic and Flow are. */
const CATEGORIES = [
	'Analytics',
	'Communication',
	'Data & Storage',
	'Development',
	'Finance & Accounting',
	'Marketing',
	'Miscellaneous',
	'Productivity',
	'Sales',
	'Utility',
];

it('valid-codex-categories, no-ai-codex-category, no-logic-or-flow-nodes', () => {
	for (const { name } of types) {
		const file = `${name[0]!.toUpperCase()}${name.slice(1)}.node.json`;
		const codex = JSON.parse(readFileSync(join(NODES, file), 'utf8'));
		expect(CATEGORIES).toEqual(expect.arrayContaining(codex.categories));
		expect(codex.categories).not.toEqual([]);
		expect(codex).not.toHaveProperty('subcategories');
	}
});

/** WCAG 2: the relative luminance of `#rrggbb`. */
function luminance(color: string): number {
	const [red, green, blue] = [1, 3, 5].map((at) => {
		const part = parseInt(color.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
	const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (light! + 0.05) / (dark! + 0.05);
}

describe.each([
	['light', '#ffffff'],
	['dark', '#2b2b2b'],
] as const)('icon-contrast: the %s icon', (theme, canvas) => {
	const icons = [...types.map(({ icon }) => icon), new KrosAiApi().icon] as Array<
		Record<typeof theme, string>
	>;
	const files = new Set(icons.map((icon) => icon[theme].split('/').at(-1)!.replace('file:', '')));
	const [file] = [...files];
	const svg = readFileSync(join(NODES, file!), 'utf8');
	const [ground, ...drawn] = [...svg.matchAll(/(?:fill|stroke)="(#\w{6})"/g)].map(
		(match) => match[1]!,
	);

	it('is one for both nodes and the credential', () => expect(files.size).toBe(1));

	it(`stands out from ${canvas}, and what is drawn on it from its ground`, () => {
		expect(contrast(ground!, canvas)).toBeGreaterThan(1.5);
		expect(drawn).toHaveLength(2);
		for (const color of drawn) expect(contrast(color, ground!)).toBeGreaterThan(1.5);
	});
});
