/** A file as an item holds it: its bytes in base64, or where n8n keeps them. */
export interface BinaryFile {
	data: string;
	id?: string;
	fileName?: string;
	mimeType: string;
}

/** One item as a node gave it. */
export interface Item {
	json: Record<string, unknown>;
	/** Files, by the name of their field. */
	binary?: Record<string, BinaryFile>;
	/** Which input item it was made from. */
	pairedItem?: { item: number };
}

interface NodeRun {
	error?: { message: string; description?: string };
	data?: { main: Array<Item[] | null> };
}

/** An execution as n8n keeps it. */
export interface Execution {
	id: string;
	/** `new`, `running`, `waiting`, `success`, `error`, `canceled`, `crashed` */
	status: string;
	mode: string;
	/** Custom execution data. */
	customData?: Record<string, string>;
	data: {
		resultData: {
			runData: Record<string, NodeRun[]>;
			lastNodeExecuted?: string;
			error?: { message: string; description?: string };
		};
	};
}

/** An execution as n8n's REST interface sends it, with its data unpacked. */
export async function readExecution(sent: unknown): Promise<Execution> {
	// Its types are only good for an import of this kind.
	const { parse } = await import('flatted');
	const execution = sent as Omit<Execution, 'data'> & { data: string };
	return { ...execution, data: parse(execution.data) as Execution['data'] };
}

/** The items that a node's last run gave at an output (0 = first), none where it didn't run. */
export function outputOf(execution: Execution, node: string, output = 0): Item[] {
	return execution.data.resultData.runData[node]?.at(-1)?.data?.main[output] ?? [];
}
