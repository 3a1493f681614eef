import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SimulatorOptions } from '../simulator';
import type { Tally } from './tally';

/** How the simulator answers during a run. */
export interface Preparation {
	options: Omit<SimulatorOptions, 'port'>;
	/** How long each call lasts, without a time of ringing before; default the simulator's. */
	talkingSeconds?: number;
	/** How long each request to start a call takes, in ms. */
	acceptMs?: number;
}

interface Answers {
	address: () => string;
	/** Forgets everything of the run before. */
	prepare: (preparation: Preparation) => void;
	tally: () => Tally;
}

type Question = { name: keyof Answers; argument?: Preparation };

/** In the simulator's process. */
export function answerMessages(answers: Answers): void {
	process.on('message', ({ name, argument }: Question) => {
		const answer = (answers[name] as (argument?: Preparation) => unknown)(argument);
		process.send!({ answer: answer ?? null });
	});
	process.on('disconnect', () => process.exit());
}

/** A simulator in another process; one question at a time. */
export interface RemoteSimulator {
	baseUrl: string;
	prepare(preparation: Preparation): Promise<void>;
	tally(): Promise<Tally>;
	close(): void;
}

export async function forkSimulator(): Promise<RemoteSimulator> {
	const child = fork(join(__dirname, 'simulatorProcess.ts'), {
		// A profile is of the contenders.
		execArgv: ['--import', 'tsx'],
		env: { ...process.env, NODE_OPTIONS: '' },
		// JSON has no Infinity.
		serialization: 'advanced',
	});
	const ask = async <T>(name: keyof Answers, argument?: Preparation): Promise<T> => {
		child.send({ name, argument } satisfies Question);
		const [{ answer }] = (await once(child, 'message')) as [{ answer: T }];
		return answer;
	};
	return {
		baseUrl: await ask<string>('address'),
		prepare: async (preparation) => await ask('prepare', preparation),
		tally: async () => await ask<Tally>('tally'),
		close: () => child.disconnect(),
	};
}
