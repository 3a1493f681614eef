/** What an n8n version needs beyond `npm install` to be installed and started here. */
interface N8nQuirks {
	/** The major version of Node it runs on. */
	nodeMajor: number;
	/** npm `overrides`, where a dependency can't be fetched as it is named. */
	overrides?: Record<string, string>;
	/** Variables that it needs at start. */
	environment: Record<string, string>;
}

// Modules that call out; a version doesn't start where it is named one that it hasn't got.
const FEW_MODULES_OFF = { N8N_DISABLED_MODULES: 'mcp,insights' };
const ALL_MODULES_OFF = {
	N8N_DISABLED_MODULES: 'mcp-registry,instance-ai,chat-hub,agents,mcp,insights',
};

// Their xlsx comes from a server of its own instead of the registry.
const XLSX_FROM_REGISTRY = { xlsx: '0.18.5' };

const QUIRKS: Record<string, N8nQuirks> = {
	'1.82.3': { nodeMajor: 20, overrides: XLSX_FROM_REGISTRY, environment: {} },
	'1.85.4': { nodeMajor: 20, overrides: XLSX_FROM_REGISTRY, environment: {} },
	'1.123.81': {
		nodeMajor: 20,
		overrides: XLSX_FROM_REGISTRY,
		environment: { N8N_EXPRESSION_ENGINE: 'legacy', ...FEW_MODULES_OFF },
	},
	'2.0.3': { nodeMajor: 20, overrides: XLSX_FROM_REGISTRY, environment: FEW_MODULES_OFF },
	'2.20.12': { nodeMajor: 22, overrides: XLSX_FROM_REGISTRY, environment: FEW_MODULES_OFF },
};

/** The n8n that the end-to-end tests and `npm start` use. */
export const DEFAULT_N8N_VERSION = '2.41.1';

/** The quirks of a version, its defaults where it is not in the table. */
export function quirksOf(version: string): N8nQuirks {
	return QUIRKS[version] ?? { nodeMajor: 24, environment: ALL_MODULES_OFF };
}
