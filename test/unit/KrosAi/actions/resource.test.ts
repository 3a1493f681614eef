import type { Operation } from '../../../../nodes/KrosAi/actions/operation';
import { resource } from '../../../../nodes/KrosAi/actions/resource';

const SHARED = { displayName: 'ID', name: 'id', type: 'string', default: '' } as const;
const operation = (value: string): Operation => ({
	option: { name: value, value, action: `Do ${value}` },
	forAgents: `Does ${value}.`,
	fields: [SHARED],
	execute: async () => [],
});
const [get, list] = [operation('get'), operation('list')];
const named = { name: 'Call', value: 'call' };

it('has its operations by their values, and their fields, those in common once', () => {
	const { operations, fields, ...others } = resource(named, [get, list]);
	expect(others).toEqual(named);
	expect([...operations]).toEqual([
		['get', get.execute],
		['list', list.execute],
	]);
	expect(fields[0]).toMatchObject({
		name: 'operation',
		options: [get.option, list.option],
		default: 'get',
		displayOptions: { show: { resource: ['call'] } },
	});
	expect(fields.slice(1)).toMatchObject([
		{
			name: 'toolDescription',
			default: 'Does get.',
			displayOptions: { show: { operation: ['get'] } },
		},
		{
			name: 'toolDescription',
			default: 'Does list.',
			displayOptions: { show: { operation: ['list'] } },
		},
		SHARED,
	]);
});

it('begins with the first, unless told otherwise', () => {
	expect(resource(named, [get, list], list).fields[0]!.default).toBe('list');
});
