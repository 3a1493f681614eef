/** The n8n of `npm start`, the end-to-end tests and the newest row of the compatibility table: the
 * newest 2.x that the registry can install, as `npm run newest` says. */
export const DEFAULT_N8N_VERSION = '2.41.1';

/** What an n8n version needs beyond `npm install` to be installed and started here. */
interface N8nQuirks {
	/** The major version of Node it runs on. */
	nodeMajor: number;
	/** npm `overrides`, where a dependency can't be fetched as it is named. */
	overrides?: Record<string, string>;
	/** Variables that it needs at start. */
	environment: Record<string, string>;
	/** Modules to switch off, where it has them. */
	modulesOff: string[];
}

const CALLING_OUT = ['mcp-registry', 'instance-ai', 'chat-hub', 'agents', 'mcp', 'insights'];

/** Negative where `a` is the older version; a minor (`2.41`) comes before its patches. */
export const compareVersions = (a: string, b: string) =>
	a.localeCompare(b, 'en', { numeric: true });

/** `2.41` of `2.41.1` */
export const minorOf = (version: string) => version.split('.').slice(0, 2).join('.');

/** The quirks of a version, each from the first version on that has it. */
export function quirksOf(version: string): N8nQuirks {
	const isBefore = (first: string) => compareVersions(version, first) < 0;
	return {
		nodeMajor: isBefore('2.10') ? 20 : isBefore('2.36') ? 22 : 24,
		// It came from a server of its own instead of the registry.
		overrides: isBefore('2.32') ? { xlsx: '0.18.5' } : undefined,
		environment: isBefore('2') ? { N8N_EXPRESSION_ENGINE: 'legacy' } : {},
		modulesOff: isBefore('1.123') ? [] : CALLING_OUT,
	};
}
