/**
 * n8n 1.x gives the execution of a worker that is lost to another one, under the same id and with
 * nothing of what the first had done. (n8n 2 ends it.)
 */
import { PROMISE } from '../memory/attacks';
import { establishedAt, MISSED_SOON, say, useLists } from './lists';

jest.setTimeout(15 * 60_000);

const { begin } = useLists(MISSED_SOON, '1.123.81');

test('a worker is killed, and another one runs the execution again', async () => {
	const list = await begin(60);
	await list.reached(20);
	const { placer, other } = await list.workers();
	await placer.kill();
	const killedAt = Date.now();
	const { called } = await list.account('killed');
	await list.begunBy(other);
	const seconds = (Date.now() - killedAt) / 1000;
	const ended = await list.end();
	const label = `killed after ${called} of 60, begun again after ${seconds.toFixed(0)} s`;
	const account = await list.account(label, ended);
	say(`established ${establishedAt(ended)! - killedAt} ms after the kill`);
	await placer.restart();
	expect(account).toMatchObject({ ...PROMISE, called, out: { raw: 0, notCalled: 0 } });
});

test('a worker hangs and goes on when another one has begun the execution again', async () => {
	const list = await begin(60);
	await list.reached(20);
	const { placer, other } = await list.workers();
	process.kill(placer.pid, 'SIGSTOP');
	try {
		await list.begunBy(other);
	} finally {
		process.kill(placer.pid, 'SIGCONT');
	}
	// Its own run has forgotten none, and calls all that are left.
	await list.reached(60);
	const account = await list.account('hung after 20 of 60, begun again, went on', await list.end());
	expect(account).toMatchObject({ ...PROMISE, called: 60, out: { raw: 0 } });
});
