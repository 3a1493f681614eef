import type { Row } from '../../e2e/campaign';
import { KROSAI } from '../../e2e/campaign';
import { type Execution, type Item, outputOf } from '../../n8n/execution';
import type { SimulatedCall } from '../../../simulator';

/** What an item says of its contact; `raw` is the input row, which says nothing. */
type Kind = 'call' | 'skipped' | 'unknown' | 'notCalled' | 'raw';

/** What became of a list of contacts, each with a number of its own. */
export interface Account {
	contacts: number;
	/** Contacts that KrosAI called. */
	called: number;
	/** Calls beyond the allowed number to the same contact. */
	twice: number;
	/** Items that came out of the node, by what they say. */
	out: Record<Kind, number>;
	/** Contacts that came out otherwise than exactly once. */
	astray: string[];
	/** Items that say what KrosAI's calls contradict. */
	untrue: string[];
}

/**
 * Compares what came out of the node KrosAI, in its last run, with the calls that KrosAI accepted.
 *
 * @param calls all that KrosAI accepted
 * @param own those that this execution and its retries may claim
 * @param allowed how many calls to one contact are right
 */
export function accountOf(
	list: Row[],
	execution: Execution | undefined,
	calls: readonly SimulatedCall[],
	{ allowed = 1, own = calls }: { allowed?: number; own?: readonly SimulatedCall[] } = {},
): Account {
	const idsTo = new Map<string, string[]>(list.map(({ phone }) => [phone, []]));
	for (const { id, to_number } of own) idsTo.get(to_number)?.push(id);
	const timesOut = new Map<string, number>(list.map(({ phone }) => [phone, 0]));
	const account: Account = {
		contacts: list.length,
		called: 0,
		twice: 0,
		out: { call: 0, skipped: 0, unknown: 0, notCalled: 0, raw: 0 },
		astray: [],
		untrue: [],
	};
	for (const { phone } of list) {
		const count = calls.filter(({ to_number }) => to_number === phone).length;
		if (count > 0) account.called += 1;
		account.twice += Math.max(0, count - allowed);
	}
	if (!execution) return account;
	for (const { item, phone = 'a contact without pairing' } of itemsOf(list, execution)) {
		const kind = kindOf(item);
		account.out[kind] += 1;
		timesOut.set(phone, (timesOut.get(phone) ?? 0) + 1);
		const ids = idsTo.get(phone) ?? [];
		const isTrue =
			kind === 'call'
				? ids.includes(String(item.json.call_id))
				: kind !== 'notCalled' || ids.length === 0;
		if (!isTrue) account.untrue.push(`${phone} came out as ${kind}, called: ${ids.join() || 'no'}`);
	}
	account.astray = [...timesOut].filter(([, times]) => times !== 1).map(([phone]) => phone);
	return account;
}

/** What came out, with the number of the contact that it belongs to. */
function itemsOf(list: Row[], execution: Execution): Array<{ item: Item; phone?: string }> {
	if (execution.data.resultData.runData[KROSAI]?.length) {
		const items = [0, 1].flatMap((output) => outputOf(execution, KROSAI, output));
		return items.map((item) => ({ item, phone: list[item.pairedItem?.item ?? -1]?.phone }));
	}
	// n8n may begin a retry behind the node, with what it takes for the node's output.
	const next = ['Placed', 'Failed'].flatMap((node) => outputOf(execution, node));
	return next.map((item) => ({
		item,
		phone: (item.json.phone ?? item.json.to_number) as string | undefined,
	}));
}

function kindOf({ json }: Item): Kind {
	if (json.status === 'skipped') return 'skipped';
	if (typeof json.call_id === 'string') return 'call';
	const { placed } = (json.error ?? {}) as { placed?: unknown };
	if (placed === 'unknown') return 'unknown';
	return placed === 'no' ? 'notCalled' : 'raw';
}

/** The counts in one line. */
export function lineOf({ contacts, called, twice, out, astray, untrue }: Account): string {
	const items = Object.values(out).reduce((sum, count) => sum + count, 0);
	return [
		`${called} of ${contacts} called`,
		`${twice} twice`,
		`${items} out: ${out.call} calls`,
		`${out.unknown} unknown`,
		`${out.notCalled} not called`,
		`${out.skipped} skipped`,
		`${out.raw} raw rows`,
		`${astray.length} astray`,
		`${untrue.length} untrue`,
	].join(', ');
}
