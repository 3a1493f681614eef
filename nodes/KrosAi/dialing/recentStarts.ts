import type { IDataObject } from 'n8n-workflow';
import { callIdOf } from '../api/callLog';
import type { Sent } from './ledger';

/** An execution that is about to call, or has called. */
interface Starter {
	execution: string;
	/** In which node of which workflow. */
	node: string;
	isRetry: boolean;
}

interface Start extends Starter {
	/** Undefined while nothing is sent. */
	sent?: Sent;
	/** Undefined while KrosAI has not answered, and for good where the answer was lost. */
	call?: IDataObject;
}

const MOST_STARTS = 5_000;

/**
 * The calls that this process of n8n has started of late, in all its executions: so that none takes
 * another's call for its own, and two retries at the same time know of each other's.
 */
export class RecentStarts {
	/** By the contact's key in the memory; oldest first. */
	private readonly starts = new Map<string, Start>();

	/** @param sent undefined before anything is sent */
	started(memoryKey: string, starter: Starter, sent?: Sent): void {
		this.starts.delete(memoryKey);
		this.starts.set(memoryKey, { ...starter, sent });
		const [oldest] = this.starts.keys();
		if (this.starts.size > MOST_STARTS) this.starts.delete(oldest!);
	}

	/** The answer, or what the call log has shown. */
	called(memoryKey: string, call: IDataObject): void {
		const start = this.starts.get(memoryKey);
		if (start) start.call = call;
	}

	/** KrosAI certainly placed no call. */
	refused(memoryKey: string): void {
		this.starts.delete(memoryKey);
	}

	starterOf(memoryKey: string): Starter | undefined {
		return this.starts.get(memoryKey);
	}

	callOf(memoryKey: string): IDataObject | undefined {
		return this.starts.get(memoryKey)?.call;
	}

	callIds(): string[] {
		return [...this.starts.values()].flatMap(({ call }) => (call && callIdOf(call)) ?? []);
	}

	/** What other executions of the node have sent, but for these contacts, whose call isn't known. */
	inDoubtElsewhere({ execution, node }: Starter, memoryKeys: ReadonlySet<string>): Sent[] {
		const others = [...this.starts].filter(
			([key, other]) =>
				other.node === node && other.execution !== execution && !memoryKeys.has(key),
		);
		return others.flatMap(([, { call, sent }]) => (call || !sent ? [] : [sent]));
	}
}
