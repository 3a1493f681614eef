import { fieldOf, labelOf } from '../../../../nodes/KrosAi/api/labels';

it.each([
	['from_number', 'From Number'],
	['to_number', 'To Number'],
	['endpoint_id', 'AI Agent (Endpoint)'],
	['metadata', 'Metadata'],
	['webhook_url', 'Webhook URL'],
	['max_duration', 'Maximum Duration'],
	['metadata.entry', 'Metadata'],
	['notBefore', 'Not Before'],
	['constructor', 'Constructor'],
])('%s is what the editor calls %s', (field, name) => {
	expect(labelOf(field)).toBe(name);
});

it.each(['caller_name', 'webhookURL', 'ID', '__proto__', ''])(
	'a field the editor does not have keeps its name: %p',
	(field) => {
		expect(labelOf(field)).toBe(field);
	},
);

it.each([
	['toNumber', 'to_number'],
	['metadataJson', 'metadata'],
	['callsPerSecond', 'callsPerSecond'],
])('%s is %s in a failure', (parameter, field) => {
	expect(fieldOf(parameter)).toBe(field);
});
