import { readCallRequest } from '../../../../nodes/KrosAi/parameters/callRequest';
import { itemsOfRun, refusalOf } from '../../../support/values';

const GOOD = {
	fromNumber: '+2348012345678',
	toNumber: '+14155550110',
	endpointId: 'ep_abc123',
	maxDuration: 0,
	specifyMetadata: 'keyValue',
	options: {},
};

const BODY = {
	from_number: '+2348012345678',
	to_number: '+14155550110',
	endpoint_id: 'ep_abc123',
};

const BASE_URL = 'https://api.krosai.com/v1';

const build = ({ metadata, ...changes }: Record<string, unknown>) =>
	readCallRequest(itemsOfRun()({ ...GOOD, 'metadata.entry': metadata, ...changes }), BASE_URL);

it('sends what the user wrote, and nothing else', () => {
	expect(build({})).toEqual(BODY);
	expect(
		build({
			maxDuration: 600,
			metadata: [{ key: 'customer_id', value: 'cust_123' }],
			options: { webhookUrl: 'https://example.com/krosai' },
		}),
	).toEqual({
		...BODY,
		max_duration: 600,
		metadata: { customer_id: 'cust_123' },
		webhook_url: 'https://example.com/krosai',
	});
});

describe('numbers and endpoint', () => {
	it.each([
		['To Number', { toNumber: '+1 (415) 555-0110' }],
		['From Number', { fromNumber: '+234 801 234 5678' }],
		['the endpoint', { endpointId: '  ep_abc123\n' }],
	])('are brought into form: %s', (_, changes) => {
		expect(build(changes)).toEqual(BODY);
	});

	it('reads each From Number anew where it changes, or the country does', () => {
		const fromNumber = '0801 234 5678';
		const inNigeria = { fromNumber, options: { defaultCountry: 'NG' } };
		expect(build(inNigeria)).toEqual(BODY);
		expect(build(inNigeria)).toEqual(BODY);
		expect(refusalOf(() => build({ fromNumber })).code).toBe('INVALID_PHONE_NUMBER');
		expect(build({ fromNumber: '+14155550199' }).from_number).toBe('+14155550199');
		expect(build({}).from_number).toBe(BODY.from_number);
	});

	it('takes an endpoint whose ID is a number', () => {
		expect(build({ endpointId: 17 }).endpoint_id).toBe('17');
	});

	const FIELDS = [
		['to_number', 'toNumber', 'To Number'],
		['from_number', 'fromNumber', 'From Number'],
		['endpoint_id', 'endpointId', 'AI Agent (Endpoint)'],
	] as const;
	const EMPTIES: Array<[unknown, unknown]> = [
		['', ''],
		['  \t', '  \t'],
		[null, null],
		[undefined, null],
	];
	it.each(
		FIELDS.flatMap(([field, parameter, label]) =>
			EMPTIES.map(([given, value]) => ({ field, parameter, label, given, value })),
		),
	)('refuses $field where it is $given', ({ field, parameter, label, given, value }) => {
		expect(refusalOf(() => build({ [parameter]: given }))).toEqual({
			code: 'MISSING_FIELDS',
			httpCode: null,
			field,
			value,
			message: `${label} is empty`,
			description: expect.stringMatching(/\w/),
		});
	});

	it.each([
		['toNumber', /^This contact has no phone number, or the expression in To Number /],
		['fromNumber', /^Choose one of your KrosAI numbers\.$/],
		['endpointId', /^Choose the AI agent /],
	])('says what to do where %s is empty', (parameter, remedy) => {
		expect(refusalOf(() => build({ [parameter]: '' })).description).toMatch(remedy);
	});

	it.each([
		['to_number', 'toNumber', 'To Number'],
		['from_number', 'fromNumber', 'From Number'],
	])('refuses a local number in %s', (field, parameter, label) => {
		expect(refusalOf(() => build({ [parameter]: '08012345678' }))).toEqual({
			code: 'INVALID_PHONE_NUMBER',
			httpCode: null,
			field,
			value: '08012345678',
			message: expect.stringContaining(`"08012345678" in ${label}`),
			description: expect.stringContaining('Default Country'),
		});
	});

	it.each([{ id: 'ep_abc123' }, ['ep_abc123'], true, NaN])('refuses %p as an endpoint', (value) => {
		expect(refusalOf(() => build({ endpointId: value }))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'endpoint_id',
			message: 'AI Agent (Endpoint) is not an ID',
			description: 'Choose an AI agent from the list.',
		});
	});
});

describe('Default Country', () => {
	it.each(['NG', 'ng', ' Ng '])('completes local numbers: %p', (defaultCountry) => {
		expect(build({ toNumber: '0801 234 5678', options: { defaultCountry } }).to_number).toBe(
			'+2348012345678',
		);
	});

	it('leaves international numbers alone', () => {
		expect(build({ options: { defaultCountry: 'NG' } })).toEqual(BODY);
	});

	it.each(['', '  ', null, undefined])('counts %p as not set', (defaultCountry) => {
		expect(build({ options: { defaultCountry } })).toEqual(BODY);
	});

	it.each([
		['Nigeria', 'Nigeria'],
		['XX', 'XX'],
		['+234', '+234'],
		[234, '234'],
		[{ code: 'NG' }, '{"code":"NG"}'],
	])('refuses %p', (defaultCountry, shown) => {
		expect(refusalOf(() => build({ options: { defaultCountry } }))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'defaultCountry',
			value: defaultCountry,
			message: expect.stringContaining(`"${shown}" in Default Country`),
			description: expect.stringContaining('NG'),
		});
	});
});

describe('Maximum Duration', () => {
	it.each([
		[1, 1],
		[600, 600],
		['600', 600],
		[' 60 ', 60],
		[86_400, 86_400],
	])('%p is sent as %i', (given, sent) => {
		expect(build({ maxDuration: given }).max_duration).toBe(sent);
	});

	it.each([0, '0', -0])('%p sends no limit', (maxDuration) => {
		expect(build({ maxDuration })).toEqual(BODY);
	});

	it.each([
		[-1, '-1'],
		['-1', '"-1"'],
		[1.5, '1.5'],
		['1.5', '"1.5"'],
		[NaN, 'NaN'],
		[Infinity, 'Infinity'],
		[2 ** 53, '9007199254740992'],
		['ten minutes', '"ten minutes"'],
		['1e3', '"1e3"'],
		['0x10', '"0x10"'],
		['', 'empty'],
		[null, 'empty'],
		[undefined, 'empty'],
		[true, 'true'],
		[[600], '[600]'],
		[{ seconds: 600 }, '{"seconds":600}'],
	])('refuses %p', (maxDuration, shown) => {
		expect(refusalOf(() => build({ maxDuration }))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'max_duration',
			value: maxDuration ?? null,
			message: `Maximum Duration is ${shown}, which is not a whole number of seconds`,
			description: expect.stringContaining('600'),
		});
	});
});

describe('Webhook URL', () => {
	it.each([
		'https://example.com/krosai?x=1#y',
		'http://n8n.example.com:5678/webhook/1',
		'HTTPS://EXAMPLE.COM',
		' https://example.com/krosai\n',
	])('sends %j as it is, without the white space around it', (webhookUrl) => {
		expect(build({ options: { webhookUrl } }).webhook_url).toBe(webhookUrl.trim());
	});

	it.each(['', ' ', null, undefined])('sends none for %p', (webhookUrl) => {
		expect(build({ options: { webhookUrl } })).toEqual(BODY);
	});

	it.each([
		'example.com/krosai',
		'/webhook',
		'ftp://example.com',
		'ftp://example.com/https://example.com',
		'javascript:alert(1)',
		'https://',
		'https:example.com/krosai',
		'mailto:a@example.com',
		'https://exa mple.com',
		{ url: 'https://example.com' },
		['https://example.com'],
		7,
	])('refuses %p', (webhookUrl) => {
		expect(refusalOf(() => build({ options: { webhookUrl } }))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'webhook_url',
			value: webhookUrl,
			message: expect.stringMatching(/in Webhook URL is not a web address$/),
			description: expect.stringContaining('https://'),
		});
	});
});

describe('Number Check', () => {
	/** In service, and not in the data. */
	const toNumber = '+1 861 555 0123';

	it.each([{}, { numberCheck: 'strict' }])(
		'refuses a range that is not known with %j',
		(options) => {
			expect(refusalOf(() => build({ toNumber, options }))).toMatchObject({
				code: 'INVALID_PHONE_NUMBER',
				description: expect.stringContaining('choose Possible in Number Check'),
			});
		},
	);

	it('lets it through where the right length suffices, but not as From Number', () => {
		const options = { numberCheck: 'possible' };
		expect(build({ toNumber, options }).to_number).toBe('+18615550123');
		const failure = refusalOf(() => build({ fromNumber: toNumber, options }));
		expect(failure).toMatchObject({ field: 'from_number' });
		expect(failure.description).not.toContain('Number Check');
	});

	it.each([true, '', 'Possible', null])('is refused where it is %j', (numberCheck) => {
		expect(refusalOf(() => build({ options: { numberCheck } }))).toMatchObject({
			field: 'numberCheck',
			message: expect.stringContaining('which is none of its choices'),
			description: 'Choose from the list, or give strict or possible by the expression.',
		});
	});
});
