import type { IDataObject, NodeExecutionHint } from 'n8n-workflow';
import { callTo } from '../../../../support/calls';
import { answering } from '../../../../support/exchanges';
import { KeyTable } from '../../../../support/keyTable';
import { type Run } from '../../../../support/n8n';
import {
	allContacts,
	CONTINUE,
	FIRST,
	run,
	SECOND,
	simulator,
	thrownBy,
	usePlacing,
} from '../../../../support/placing';

usePlacing();

describe('what executing the step in the editor again would do', () => {
	const AGAIN = expect.stringContaining('all contacts are called, also those who were called');
	const inEditor = { mode: 'manual' as const };

	async function hintsOf(items: IDataObject[], mode = CONTINUE, options: Partial<Run> = {}) {
		const hints: NodeExecutionHint[] = [];
		await run(items, mode, { ...inEditor, hints, ...options });
		return hints.filter(({ message }) => message.startsWith('Each time'));
	}

	it('is said where a contact was called', async () => {
		expect(await hintsOf([callTo(FIRST), callTo('12')])).toEqual([
			{ message: AGAIN, type: 'info', location: 'outputPane' },
		]);
	});

	it.each<[string, IDataObject[], typeof CONTINUE, Partial<Run>]>([
		['no contact was called', [callTo('12')], CONTINUE, {}],
		['the workflow runs by itself', allContacts, CONTINUE, { mode: 'trigger' }],
		['an AI agent calls', [callTo(FIRST)], { ...CONTINUE, isToolRun: true }, {}],
		[
			'the key of a contact keeps it from that',
			[callTo(FIRST, { options: { callOnlyOncePerKey: 'c-1' } })],
			CONTINUE,
			{
				parameters: { options: { callOnlyOncePerKey: '={{ $json.id }}' } },
				helpers: new KeyTable().helpers,
			},
		],
	])('is not said where %s', async (_, items, mode, options) => {
		expect(await hintsOf(items, mode, options)).toEqual([]);
	});

	it('is part of the error where the run stopped after a call, of which n8n keeps no hints', async () => {
		simulator.fault(answering(422, { toNumber: SECOND }));
		const { description } = await thrownBy([callTo(FIRST), callTo(SECOND)], inEditor);
		expect(description).toEqual(AGAIN);
		const other = await thrownBy([callTo('12')], inEditor);
		expect(other.description).not.toEqual(AGAIN);
	});
});
