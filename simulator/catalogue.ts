/** A phone number of the organization (KrosAI docs, Buy Numbers; the reference calls it `e164`). */
export interface PhoneNumber {
	id: string;
	number: string;
	country: string;
	type: string;
	status: string;
	endpoint_id: string | null;
	allow_inbound: boolean;
	/** Left out of the answer where undefined; only `false` forbids outbound calls. */
	allow_outbound?: boolean;
	created_at: string;
	updated_at: string;
}

/** An AI agent that can take a call (KrosAI docs, Endpoints). */
export interface Endpoint {
	id: string;
	name: string;
	type: string;
	url: string;
	status: string;
	provider_config: Record<string, unknown>;
	created_at: string;
	updated_at: string;
}

/** What a test has to say about a number or an agent; the rest is filled in. */
export type PhoneNumberSeed = Pick<PhoneNumber, 'id' | 'number'> & Partial<PhoneNumber>;
export type EndpointSeed = Pick<Endpoint, 'id' | 'name'> & Partial<Endpoint>;

const DATES = { created_at: '2025-01-10T12:00:00Z', updated_at: '2025-01-10T12:00:00Z' };

/** Fills a seed up to an active number that may call out. */
export function phoneNumber(seed: PhoneNumberSeed): PhoneNumber {
	return {
		country: 'US',
		type: 'local',
		status: 'active',
		endpoint_id: null,
		allow_inbound: true,
		allow_outbound: true,
		...DATES,
		...seed,
	};
}

/** Fills a seed up to an active ElevenLabs agent. */
export function endpoint(seed: EndpointSeed): Endpoint {
	return {
		type: 'agent',
		url: 'sip:agent@sip.example.com',
		status: 'active',
		provider_config: { provider: 'elevenlabs', agent_id: `agent_${seed.id}` },
		...DATES,
		...seed,
	};
}

// The Nigerian number is the specification's; the others are from example ranges (NANP 555-01xx,
// Ofcom's numbers for drama).
export const DEFAULT_PHONE_NUMBERS: PhoneNumberSeed[] = [
	{ id: 'pn_abc123', number: '+2348012345678', country: 'NG', endpoint_id: 'ep_abc123' },
	{ id: 'pn_def456', number: '+14155550100', country: 'US' },
	{ id: 'pn_ghi789', number: '+442079460100', country: 'GB', allow_outbound: false },
	{ id: 'pn_jkl012', number: '+14155550101', country: 'US', status: 'inactive' },
];

// One agent in the guide's form (type `agent`, the provider in provider_config), the others in the
// reference's (the provider is the type): KrosAI docs, Endpoints.
export const DEFAULT_ENDPOINTS: EndpointSeed[] = [
	{ id: 'ep_abc123', name: 'Support Agent' },
	{
		id: 'ep_def456',
		name: 'Sales Agent',
		type: 'vapi',
		provider_config: { assistant_id: 'assistant_def456' },
	},
	{
		id: 'ep_ghi789',
		name: 'Retired Agent',
		type: 'retell',
		status: 'inactive',
		provider_config: { agent_id: 'agent_ghi789' },
	},
];

/** The key that may do everything; shown on the page and by `npm run simulator`. */
export const DEFAULT_KEY = 'kros_test_simulator';

/** The organization's id. That the Bridge API takes any other UUID as well is documented nowhere. */
export const ORGANIZATION_ID = '6f2c1f0e-9d4b-4c3a-8e57-0b1a2c3d4e5f';

const SCOPES = [
	'numbers:read',
	'numbers:write',
	'endpoints:read',
	'endpoints:write',
	'calls:read',
	'calls:write',
	'webhooks:read',
	'webhooks:write',
	'billing:read',
	'billing:write',
];

/** API key → scopes (KrosAI docs, Authentication). */
export const DEFAULT_KEYS: Record<string, string[]> = {
	[DEFAULT_KEY]: SCOPES,
	kros_test_calls_only: ['calls:read', 'calls:write'],
	kros_test_no_webhooks: SCOPES.filter((scope) => !scope.startsWith('webhooks:')),
};
