/**
 * n8n 1.x in one process: it keeps nothing of when a killed execution began, so its retry has a
 * lineage of its own, as one in queue mode has.
 */
import { interruptAndRetry, PROMISE } from '../memory/attacks';
import { useVictim } from '../memory/victim';
import { startOwnN8n } from '../../n8n/own';

jest.setTimeout(15 * 60_000);

const victim = useVictim(async () => await startOwnN8n({ version: '1.123.81' }));

test('killed in the middle, then Retry', async () => {
	const { account } = await interruptAndRetry(victim, 'kill', { count: 60 });
	expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
});
