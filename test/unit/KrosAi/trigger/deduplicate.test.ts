import type { Delivery } from '../../../../nodes/KrosAi/webhooks/payload';
import { identityOf, SeenEvents } from '../../../../nodes/KrosAi/trigger/deduplicate';

const identity = (event_id: string | null, call_id: string | null, event = 'call.completed') =>
	identityOf({ event, event_id, call_id, timestamp: null } as Delivery);

describe('what tells two events apart', () => {
	it('is the id of the event, whatever else', () => {
		expect(identity('evt_1', 'call_1')).toBe(identity('evt_1', 'call_2', 'call.failed'));
		expect(identity('evt_1', 'call_1')).not.toBe(identity('evt_2', 'call_1'));
	});

	it.each([null, ''])('is event and call together where the id is %j', (id) => {
		expect(identity(id, 'call_1')).toBe(identity(id, 'call_1'));
		expect(identity(id, 'call_1')).not.toBe(identity(id, 'call_2'));
		expect(identity(id, 'call_1')).not.toBe(identity(id, 'call_1', 'call.failed'));
		expect(identity(id, 'call_1')).not.toBe(identity('call_1', null));
	});

	it('has one length, however long the ids are', () => {
		const lengths = ['1', 'x'.repeat(1_000_000), '\ud800'].flatMap((id) => [
			identity(id, null)?.length,
			identity(null, id)?.length,
		]);
		expect(new Set(lengths)).toEqual(new Set([43]));
	});

	it('is nothing where there is neither', () => {
		expect(identity(null, null)).toBeUndefined();
		expect(identity('', '')).toBeUndefined();
	});
});

describe('the events seen', () => {
	it('count once', () => {
		const seen = new SeenEvents([]);
		expect([seen.add('a'), seen.add('b'), seen.add('a'), seen.add('b')]).toEqual([
			true,
			true,
			false,
			false,
		]);
	});

	it('begin with what an earlier process has left', () => {
		const seen = new SeenEvents(['a']);
		expect(seen.add('a')).toBe(false);
		expect(seen.add('b')).toBe(true);
	});

	it('count again once they are removed', () => {
		const seen = new SeenEvents([]);
		seen.add('a');
		seen.remove('a');
		seen.remove('never there');
		expect(seen.add('a')).toBe(true);
		expect(seen.add('a')).toBe(false);
	});

	it('are forgotten beyond the limit, the oldest first', () => {
		const seen = new SeenEvents(['a'], 3);
		for (const identity of ['b', 'c', 'd']) seen.add(identity);
		// Asking is no new event: nothing is forgotten by it.
		expect(['b', 'c', 'd'].map((identity) => seen.add(identity))).toEqual([false, false, false]);
		expect(seen.add('a')).toBe(true);
		expect(seen.add('b')).toBe(true);
	});

	it('are ten thousand, at the least and at the most', () => {
		const seen = new SeenEvents([]);
		for (let index = 0; index < 10_000; index += 1) seen.add(String(index));
		expect(seen.add('0')).toBe(false);
		expect(seen.add('one more')).toBe(true);
		expect(seen.add('1')).toBe(false);
		expect(seen.add('0')).toBe(true);
	});
});
