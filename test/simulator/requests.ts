/** A request to /v1 and what became of it. */
export interface RecordedRequest {
	/** When it had arrived with its body, in ms since 1970. */
	at: number;
	method: string;
	/** Without the query, with `/v1`. */
	path: string;
	query: Record<string, string>;
	/** Names in lower case. */
	headers: Record<string, string | string[] | undefined>;
	/** Parsed where it is JSON, else the text; null where there was none. */
	body: unknown;
	/** What was answered; null while nothing is, or when the connection ended before an answer. */
	status: number | null;
	/** KrosAI's error code in the answer. */
	code: string | null;
}
