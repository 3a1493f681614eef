/** The fields of an outbound call (Spec, Request Body) and what the editor calls them. */
const LABELS: Record<string, string> = {
	from_number: 'From Number',
	to_number: 'To Number',
	endpoint_id: 'Endpoint',
	metadata: 'Metadata',
	webhook_url: 'Webhook URL',
	max_duration: 'Maximum Duration',
};

/** A field's name as the editor shows it; a field unknown here keeps the API's name. */
export function label(field: string): string {
	return Object.hasOwn(LABELS, field) ? LABELS[field]! : field;
}
