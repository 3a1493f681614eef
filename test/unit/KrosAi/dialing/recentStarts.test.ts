import { RecentStarts } from '../../../../nodes/KrosAi/dialing/recentStarts';
import { REQUEST } from '../../../support/exchanges';

const SENT = { ...REQUEST.body, at: 1 };
const FIRST = { execution: '1', node: 'n', isRetry: false };
const RETRY = { execution: '2', node: 'n', isRetry: true };

let starts: RecentStarts;
beforeEach(() => (starts = new RecentStarts()));

it('knows which execution is about to call a contact, from before anything is sent', () => {
	expect(starts.starterOf('a')).toBeUndefined();
	starts.started('a', FIRST);
	expect(starts.starterOf('a')).toMatchObject(FIRST);
	starts.started('a', RETRY, SENT);
	expect(starts.starterOf('a')).toMatchObject(RETRY);
});

it('knows a call from its answer on, and none that was refused', () => {
	starts.started('a', FIRST, SENT);
	starts.started('b', FIRST, SENT);
	expect(starts.callOf('a')).toBeUndefined();
	starts.called('a', { call_id: 'call_1' });
	starts.refused('b');
	starts.called('b', { call_id: 'call_2' });
	expect(starts.callOf('a')).toEqual({ call_id: 'call_1' });
	expect(starts.callOf('b')).toBeUndefined();
	expect(starts.starterOf('b')).toBeUndefined();
});

it('gives the ids of all calls, as an answer or the log names them', () => {
	for (const key of ['a', 'b', 'c', 'd']) starts.started(key, FIRST, SENT);
	starts.called('a', { call_id: 'call_1' });
	starts.called('b', { id: 'call_2' });
	starts.called('c', {});
	expect(starts.callIds()).toEqual(['call_1', 'call_2']);
});

it('gives what other executions of the node have sent for others, whose call is not known', () => {
	const sent = (at: number) => ({ ...SENT, at });
	starts.started('own', RETRY, sent(1));
	starts.started('mine', FIRST, sent(2));
	starts.started('not sent', FIRST);
	starts.started('called', FIRST, sent(3));
	starts.called('called', { call_id: 'call_1' });
	starts.started('lost', FIRST, sent(4));
	starts.started('elsewhere', { ...FIRST, node: 'm' }, sent(5));
	expect(starts.inDoubtElsewhere(RETRY, new Set(['mine']))).toEqual([sent(4)]);
});

it('forgets the oldest of more than five thousand', () => {
	starts.started('a', FIRST);
	starts.started('b', FIRST);
	for (let index = 0; index < 4_998; index += 1) starts.started(`c${index}`, FIRST);
	// The same contact once more counts once, and is the newest.
	starts.started('a', FIRST);
	expect(starts.starterOf('b')).toBeDefined();
	starts.started('d', FIRST);
	expect(starts.starterOf('b')).toBeUndefined();
	expect(starts.starterOf('a')).toBeDefined();
});
