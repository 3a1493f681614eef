import { endedCall, get, until } from './client';
import { receiver, simulator, useReceiver, useSimulator } from './setUp';

const TO = '+14155550110';

useReceiver();
useSimulator({ startsPerSecond: Infinity, speed: 1000 });

const VOICEMAIL = { status: 'completed', answered_by: 'machine_start' };
const IN_VOICEMAIL = { status: 'completed', call_analysis: { in_voicemail: true } };

it.each([
	[false, 'voicemail', { status: 'completed' }],
	['answered_by', 'voicemail', VOICEMAIL],
	['answered_by', 'answered', { status: 'completed', answered_by: 'human' }],
	['answered_by', 'busy', { status: 'busy' }],
	['amd', 'voicemail', { status: 'completed', amd: { result: 'machine' } }],
	['call_analysis', 'voicemail', IN_VOICEMAIL],
	['call_analysis', 'no_answer', { status: 'no_answer', call_analysis: { in_voicemail: false } }],
] as const)('as %p, %s is told by log and webhook', async (answeredBy, outcome, expected) => {
	simulator.set({ answeredBy });
	simulator.script(TO, outcome);
	const id = await endedCall(simulator, { to_number: TO, webhook_url: receiver.url() });
	const end = () =>
		receiver.received.find(
			({ body }) => body.data.call_id === id && /^call\.(completed|failed)$/.test(body.event),
		);
	await until(() => end() !== undefined);

	for (const told of [end()!.body.data, (await get(simulator, `/v1/calls/${id}`)).body]) {
		const { status, answered_by, amd, call_analysis } = told;
		const said = { status, answered_by, amd, call_analysis };
		expect(JSON.parse(JSON.stringify(said))).toEqual(expected);
	}
});
