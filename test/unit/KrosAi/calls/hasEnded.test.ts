import { hasEnded } from '../../../../nodes/KrosAi/calls/hasEnded';

it.each([
	[{ status: 'completed' }, true],
	[{ status: 'busy' }, true],
	[{ status: 'in_progress', completed_at: '2026-11-28T10:00:00Z' }, true],
	[{ ended_at: '2026-11-28T10:00:00Z' }, true],
	[{ status: 'in_progress' }, false],
	[{ status: 'ringing', completed_at: null, ended_at: '' }, false],
	[{}, false],
])('%j has ended: %p', (call, isOver) => {
	expect(hasEnded(call)).toBe(isOver);
});
