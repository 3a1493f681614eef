import { type Client, createClient } from '../../../../nodes/KrosAi/api/client';
import type { Answer } from '../../../../nodes/KrosAi/api/types';
import { askRules } from '../../../../nodes/KrosAi/rules/callingRules';
import { lookUpCalls } from '../../../../nodes/KrosAi/dialing/lookUp';
import { toE164 } from '../../../../nodes/KrosAi/phone/phoneNumber';
import { effort } from '../../../support/effort';
import { answer, REQUEST } from '../../../support/exchanges';
import { rulesReader } from '../../../support/values';

/**
 * What long lists and long texts cost, in a file of its own: these tests take seconds, and the limits
 * in them are wide, since other work on the machine counts too.
 */

const OFFICE = {
	callingHours: 'custom',
	callingHoursRows: {
		row: [
			{
				days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
				from: '09:00',
				to: '18:00',
			},
		],
	},
};

it('asks the rules for 10,000 contacts in a blink', () => {
	const settings = {
		consent: true,
		doNotCall: ['+2348012345678'],
		allowedCountries: 'US, GB',
	};
	const given = rulesReader()(settings, '', OFFICE);
	const numbers = Array.from(
		{ length: 10_000 },
		(_, index) => `+1${[415, 212, 312, 850, 808][index % 5]}555${String(index).padStart(4, '0')}`,
	);
	const now = Date.parse('2026-11-24T16:00:00Z');
	const started = effort();
	const blocked = numbers.filter((number, index) => askRules(number, given, now + index).failure);
	const milliseconds = effort() - started;
	expect(blocked.length).toBe(4_000);
	expect(milliseconds).toBeLessThan(10_000);
});

it('reads a long list once for all the items that have the same one', () => {
	const reader = rulesReader();
	const numbers = Array.from({ length: 2_000 }, (_, index) => `+1415555${String(index + 1000)}`);
	const started = effort();
	const first = reader({ doNotCall: [...numbers] }, '', OFFICE);
	const once = effort() - started;
	for (let item = 0; item < 200; item++) {
		const again = reader({ doNotCall: [...numbers] }, '', OFFICE);
		expect(again.doNotCall).toBe(first.doNotCall);
		expect(again.hours).toBe(first.hours);
	}
	expect(effort() - started).toBeLessThan(20 * once);
});

it('looks up ten thousand contacts in a moment, and more than fit on a stack', async () => {
	const at = Date.parse('2026-11-24T12:00:00Z');
	const number = (index: number) => `+1415${String(5_550_000 + index)}`;
	const calls = Array.from({ length: 1_900 }, (_, index) => ({
		...REQUEST.body,
		id: `call_${index}`,
		to_number: number(index * 2),
		created_at: new Date(at).toISOString(),
	}));
	const client: Client = async ({ path, query }) => {
		if (path !== '/calls') return answer(404);
		const offset = Number(query?.offset ?? 0);
		return answer(200, { calls: calls.slice(offset, offset + 100), total: calls.length });
	};
	const lookUp = async (count: number) => {
		const inDoubt = Array.from({ length: count }, (_, item) => ({
			item,
			sent: { ...REQUEST.body, to_number: number(item), at },
		}));
		const others = { knownCallIds: [], rivals: [], isCancelled: () => false };
		return await lookUpCalls(client, inDoubt, { ...others, now: at + 60_000 });
	};
	const started = effort();
	const { found } = await lookUp(10_000);
	expect(effort() - started).toBeLessThan(5_000);
	expect(found.size).toBe(1_900);
	expect(found.get(3_798)).toMatchObject({ call_id: 'call_1899' });
	expect((await lookUp(150_000)).found.size).toBe(1_900);
});

it('refuses very long texts as phone numbers without hanging on them', () => {
	for (const part of ['1', '1,', '1 ', '+1', '(', '1 or ', 'x1', "'", '٠', '\u200b']) {
		expect(toE164(part.repeat(200_000), { field: 'To Number', defaultCountry: 'DE' }).ok).toBe(
			false,
		);
	}
});

describe('hides secrets in 5 MB in a moment, where the text holds nothing but', () => {
	const KEY = 'kros_test_0123456789abcdef';
	const PATH = 'krosai-call?';
	const fill = (part: string) => part.repeat(Math.floor(4_999_000 / part.length));

	it.each([
		['the key', fill(KEY)],
		['the beginning of the key', fill(KEY.slice(0, -1))],
		['hexadecimal digits', fill('a7')],
		['such digits behind an address', PATH + fill('a7')],
		['encoded digits behind an address', PATH + fill('%a7')],
		['addresses', fill(`https://example.com/7/${PATH}signature=${'5'.repeat(64)} `)],
		['beginnings of addresses', fill(PATH)],
		['addresses with nearly a token', fill(`${PATH}${'a'.repeat(31)}`)],
	])('%s', async (_, body) => {
		const client = await createClient({
			getCredentials: async () => ({ apiKey: KEY, baseUrl: 'https://example.com' }),
			helpers: {
				httpRequestWithAuthentication: async () => ({ statusCode: 200, headers: {}, body }),
			},
		} as never);
		const started = effort();
		const exchange = await client(REQUEST);
		// A tenth of it where the machine is idle; hours, if it grew with the square of the text.
		expect(effort() - started).toBeLessThan(1_000);
		expect((exchange as Answer).text).not.toContain(KEY);
	});
});
