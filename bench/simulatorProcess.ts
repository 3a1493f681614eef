/** A simulator in a process of its own, so that its work isn't counted as the contenders'. */
import { startSimulator } from '../simulator';
import { answerMessages } from './remoteSimulator';
import { watch } from './tally';

void startSimulator().then((simulator) => {
	const { tally } = watch(simulator);
	answerMessages({
		address: () => simulator.baseUrl,
		prepare: ({ options, talkingSeconds, acceptMs }) => {
			simulator.reset();
			simulator.set(options);
			if (talkingSeconds !== undefined) {
				simulator.script('*', 'answered', { setup: 0, ringing: 0, talking: talkingSeconds });
			}
			if (acceptMs) simulator.fault({ kind: 'delay', ms: acceptMs, times: Infinity });
		},
		tally,
	});
});
