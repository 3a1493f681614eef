/**
 * What the changelog says of a version: `tsx scripts/releaseNotes.ts v1.2.3`. Ends with 1 where tag,
 * package.json and CHANGELOG.md don't name the same version, so that no wrong tag is published.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const read = (file: string) => readFileSync(resolve(__dirname, '..', file), 'utf8');

/**
 * @param changelog with a heading such as `## [1.2.3] - 2026-12-24` for each version
 * @returns the text below the version's heading; undefined where there is none
 */
export function notesOf(changelog: string, version: string): string | undefined {
	const sections = changelog.split(/^## /m).slice(1);
	const section = sections.find((text) => text.startsWith(`[${version}]`));
	return section?.slice(section.indexOf('\n')).trim() || undefined;
}

function main(tag = ''): void {
	const { version } = JSON.parse(read('package.json')) as { version: string };
	const notes = notesOf(read('CHANGELOG.md'), version);
	if (tag === `v${version}` && notes) {
		console.log(notes);
		return;
	}
	console.error(
		tag === `v${version}`
			? `CHANGELOG.md says nothing of ${version}.`
			: `The tag is "${tag}", and package.json holds version ${version}.`,
	);
	process.exitCode = 1;
}

if (require.main === module) main(process.argv[2]);
