import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { KrosAi } from '../../nodes/KrosAi/KrosAi.node';
import { KrosAiTrigger } from '../../nodes/KrosAi/KrosAiTrigger.node';

/** What the editor shows of both nodes, as an indented outline. */
export function panelOutline(): string {
	return [new KrosAi(), new KrosAiTrigger()]
		.map(({ description: { displayName, properties } }) => [displayName, ...sectionsOf(properties)])
		.map((lines) => `${lines.join('\n')}\n`)
		.join('\n');
}

/** The fields under the operations that show them. */
function sectionsOf(properties: INodeProperties[]): string[] {
	let heading = '';
	return properties.flatMap((field) => {
		const { resource, operation } = field.displayOptions?.show ?? {};
		const before = heading;
		heading = [resource, operation?.join(', ')].filter(Boolean).join(' → ');
		const isNew = heading !== before && heading !== '';
		const level = heading === '' ? 1 : 2;
		return [...(isNew ? [indent(1) + heading] : []), ...outlineOf(field, level)];
	});
}

const indent = (level: number) => '  '.repeat(level);

function outlineOf(field: INodeProperties, level: number): string[] {
	const { displayName, name, type, default: initial, required, displayOptions } = field;
	const marks = [
		type,
		...(required ? ['required'] : []),
		...conditionsOf(displayOptions?.show, 'where'),
		...conditionsOf(displayOptions?.hide, 'not where'),
		...(initial === '' || type === 'notice' ? [] : [`at first ${JSON.stringify(initial)}`]),
	];
	const line = `${indent(level)}${displayName} (${name}): ${marks.join('; ')}`;
	return [line, ...membersOf(field, level + 1)];
}

function conditionsOf(conditions: Record<string, unknown> = {}, word: string): string[] {
	return Object.entries(conditions)
		.filter(([name]) => !['resource', 'operation'].includes(name))
		.map(([name, values]) => {
			const texts = [values].flat().map((value) => JSON.stringify(value));
			return `${word} ${name.replace('/', '')} is ${texts.join(' or ')}`;
		});
}

function membersOf({ name, type, options = [] }: INodeProperties, level: number): string[] {
	if (type === 'collection') {
		return (options as INodeProperties[]).flatMap((member) => outlineOf(member, level));
	}
	if (type === 'fixedCollection') {
		return (options as INodePropertyCollection[]).flatMap((group) => [
			`${indent(level)}${group.displayName} (${group.name})`,
			...group.values.flatMap((member) => outlineOf(member, level + 1)),
		]);
	}
	const choices = options as INodePropertyOptions[];
	if (/countr/i.test(name)) return [`${indent(level)}${choices.length} countries`];
	return choices.map((choice) => `${indent(level)}- ${choice.name} (${String(choice.value)})`);
}
