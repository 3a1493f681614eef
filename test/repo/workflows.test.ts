import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { notesOf } from '../../scripts/releaseNotes';

/** What GitHub runs: a slip in it shows only there, some of it only at a release. */
const ROOT = resolve(__dirname, '../..');
const FOLDER = resolve(ROOT, '.github/workflows');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

interface Step {
	if?: string;
	uses?: string;
	run?: string;
}

interface Job {
	name?: string;
	if?: string;
	uses?: string;
	needs?: string;
	permissions?: Record<string, string>;
	environment?: string;
	'timeout-minutes'?: number;
	steps?: Step[];
	strategy?: { matrix: { node: number[] } };
}

interface Workflow {
	on: Record<string, { tags?: string[] } | object | null>;
	permissions?: Record<string, string>;
	jobs: Record<string, Job>;
}

const names = readdirSync(FOLDER);
const workflowOf = (name: string) => parse(readFileSync(resolve(FOLDER, name), 'utf8')) as Workflow;
const stepsOf = (job: Job) => job.steps ?? [];
const commandsOf = (job: Job) => stepsOf(job).flatMap(({ run }) => (run ? [run] : []));

describe.each(names)('%s', (name) => {
	const workflow = workflowOf(name);
	const jobs = Object.values(workflow.jobs);

	it('may read the repository, and more only where a job says so', () => {
		expect(workflow.permissions).toEqual({ contents: 'read' });
	});

	it('has actions that are pinned to a commit, with the version beside it', () => {
		const text = readFileSync(resolve(FOLDER, name), 'utf8');
		const uses = [...text.matchAll(/uses: (\S+)(.*)$/gm)];
		expect(uses).not.toEqual([]);
		for (const [, action, rest] of uses) {
			if (action!.startsWith('./')) expect(existsSync(resolve(ROOT, action!))).toBe(true);
			else expect(action! + rest).toMatch(/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
		}
	});

	it('runs scripts that are there', () => {
		for (const command of jobs.flatMap(commandsOf)) {
			const [, script] = /^npm run (\S+)/.exec(command) ?? [];
			if (script) expect(scripts).toHaveProperty([script]);
			const [file] = /\S+\/\S+\.ts\b|\.ci\/\w+/.exec(command) ?? [];
			if (file) expect(existsSync(resolve(ROOT, file))).toBe(true);
		}
	});

	it('waits only for jobs that are there, and ends', () => {
		for (const { needs, uses, 'timeout-minutes': minutes } of jobs) {
			if (needs) expect(workflow.jobs).toHaveProperty(needs);
			if (!uses) expect(minutes).toBeGreaterThan(0);
		}
	});
});

describe('test.yml', () => {
	const { on, jobs } = workflowOf('test.yml');

	it('runs for each change, and for each commit of main', () => {
		expect(on).toEqual({ pull_request: null, push: { branches: ['main'] } });
	});

	it('runs each suite once on each Node that is supported', () => {
		expect(jobs.fast!.strategy!.matrix.node).toEqual([20, 22]);
		expect(jobs.everything!.name).toBe('npm test on Node 24');
		expect(commandsOf(jobs.fast!)).toEqual(
			expect.arrayContaining(['npm run test:unit', 'npm run test:engine']),
		);
		expect(commandsOf(jobs.everything!)).toEqual(['bash .ci/run']);
	});
});

describe('publish.yml', () => {
	const { on, jobs } = workflowOf('publish.yml');

	it('starts by a version tag alone, as release-it makes it', () => {
		const { git } = JSON.parse(read('.release-it.json')) as { git: { tagName: string } };
		expect(on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } });
		expect(git.tagName).toBe('v${version}');
	});

	it('tests and scans before it publishes, with provenance', () => {
		const order: string[] = [];
		for (let name: string | undefined = 'publish'; name; name = jobs[name]!.needs) {
			order.unshift(name);
		}
		expect(order).toEqual(['tested', 'pack', 'publish']);
		// Not the newest run, nor one of a branch: that of this commit on main, and only a green one.
		expect(commandsOf(jobs.tested!).join()).toMatch(
			/--workflow test\.yml --commit "\$GITHUB_SHA" --event push .*gh run watch .* --exit-status/s,
		);
		expect(commandsOf(jobs.pack!)).toContain('npm run scan');
		expect(commandsOf(jobs.publish!).join()).toMatch(/^npm publish \S+ --provenance /);
	});

	it('lets only the job that publishes sign, and only what was packed', () => {
		const signing = Object.entries(jobs).filter(
			([, { permissions }]) => permissions?.['id-token'] !== undefined,
		);
		expect(signing.map(([name]) => name)).toEqual(['publish']);
		expect(jobs.publish!.permissions).toEqual({ 'id-token': 'write' });
		expect(commandsOf(jobs.publish!)).toHaveLength(1);
		expect(jobs.publish!.environment).toBe('npm');
	});
});

describe('versions.yml', () => {
	const { on, jobs } = workflowOf('versions.yml');

	it('tries every minor that the registry lists once a month, and records also what fails', () => {
		expect(on).toMatchObject({
			schedule: [{ cron: expect.stringMatching(/^\d+ \d+ \d+ \* \*$/) }],
		});
		expect(commandsOf(jobs.list!).join()).toContain('scripts/versions.ts --list');
		expect(commandsOf(jobs.load!)).toContain('npm run test:versions -- ${{ matrix.minor }}');
		expect(stepsOf(jobs.load!).at(-1)).toMatchObject({ if: 'always()' });
		expect(jobs.record!.if).toBe('always()');
		expect(commandsOf(jobs.record!).join()).toContain('scripts/versions.ts --from results');
	});
});

it('keeps no registry in a workflow: npm knows its own, and a wrong one would get the package', () => {
	for (const name of names) {
		expect(readFileSync(resolve(FOLDER, name), 'utf8')).not.toMatch(/registry-url:|https?:\/\//);
	}
});

describe('the notes of a release', () => {
	const changelog =
		'# Changelog\n\n## [Unreleased]\n\n- c\n\n## [1.1.0] - 2026-12-24\n\n- b\n- a\n';

	it("are the changelog's section of that version", () => {
		expect(notesOf(changelog, '1.1.0')).toBe('- b\n- a');
		expect(notesOf(changelog, 'Unreleased')).toBe('- c');
	});

	it('are missing where the changelog says nothing of it', () => {
		expect(notesOf(changelog, '1.1')).toBeUndefined();
		expect(notesOf(changelog, '1.2.0')).toBeUndefined();
		expect(notesOf('## [1.1.0]\n', '1.1.0')).toBeUndefined();
	});
});

describe('dependabot.yml', () => {
	it('looks after the packages and the actions', () => {
		const { version, updates } = parse(read('.github/dependabot.yml')) as {
			version: number;
			updates: Array<Record<string, string>>;
		};
		expect(version).toBe(2);
		expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
	});
});
