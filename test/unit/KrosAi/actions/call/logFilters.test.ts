import { fits, readFilters, toQuery } from '../../../../../nodes/KrosAi/actions/call/logFilters';
import { itemsOfRun, refusalOf } from '../../../../support/values';

const read = (filters: object) => readFilters(itemsOfRun()({ filters }), 'Africa/Lagos');

it.each(
	[
		...['2/1/2026', '02.01.2026', '2-1-26', '13/2/2026', '2 1 2026', 'Mon 2/1/2026 10:00', '2/1'],
		...['1767218400', 1_767_218_400, '46022', 46_022, '46022.5', '20260102', 2026],
	].flatMap((value) => [{ after: value }, { before: value }]),
)('refuses %j, which has more than one reading', (filters) => {
	const [[field, value] = []] = Object.entries(filters);
	expect(refusalOf(() => read(filters))).toMatchObject({
		code: 'INVALID_PARAMETER',
		field,
		value,
		message: expect.stringContaining('can be read as more than one date'),
	});
});

it.each([
	'2026-01-02T10:00:00Z',
	'2026-01-02T11:00:00',
	'2 Jan 2026 10:00:00 GMT',
	'Fri, 02 Jan 2026 10:00:00 GMT',
	'1767348000000',
	1_767_348_000_000,
	new Date('2026-01-02T10:00:00Z'),
])('has one reading of %j', (after) => {
	expect(toQuery(read({ after }))).toMatchObject({ from: '2026-01-02T10:00:00.000Z' });
});

it.each([
	[{ toNumber: '08012345678' }, 'INVALID_PHONE_NUMBER', 'to_number'],
	[{ fromNumber: 'Ada' }, 'INVALID_PHONE_NUMBER', 'from_number'],
	[{ after: 'yesterday' }, 'INVALID_PARAMETER', 'after'],
	[{ endpointId: { mode: 'id', value: ['ep_1'] } }, 'INVALID_PARAMETER', 'endpoint_id'],
])('refuses %j', (filters, code, field) => {
	expect(refusalOf(() => read(filters))).toMatchObject({ code, field });
});

it('asks KrosAI for what is set, and by itself for the rest', () => {
	const filters = read({
		toNumber: '+1 415 555 0123',
		status: ' busy ',
		endpointId: '',
		after: '',
	});
	expect(JSON.parse(JSON.stringify(toQuery(filters)))).toEqual({ status: 'busy' });
	expect(fits({ to_number: '+14155550123', status: 'busy' }, filters)).toBe(true);
	expect(fits({ to_number: '+14155550124', status: 'busy' }, filters)).toBe(false);
	const times = read({ after: '2026-01-02T10:00:00Z', before: '2026-01-02T11:00:00Z' });
	const at = (created_at?: string) => fits({ created_at }, times);
	expect(
		['09:59:59', '10:00:00', '10:59:59', '11:00:00'].map((time) => at(`2026-01-02T${time}Z`)),
	).toEqual([false, true, true, false]);
	expect(at(undefined)).toBe(false);
});
