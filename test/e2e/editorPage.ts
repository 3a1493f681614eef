import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

import { launchChromium } from '../n8n/chromium';
import { OWNER } from '../n8n/client';

const DOCS = join(__dirname, '..', '..', 'docs');

/** n8n's editor in a browser, as its owner sees it. */
export class EditorPage {
	private constructor(
		private readonly browser: Browser,
		private readonly n8nUrl: string,
		readonly page: Page,
	) {}

	/** Starts a browser and logs in. */
	static async open(n8nUrl: string): Promise<EditorPage> {
		const browser = await launchChromium((line) => process.stderr.write(`${line}\n`));
		const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
		// The editor takes 8 s to load, and several times as long where the machine has other work.
		page.setDefaultTimeout(60_000);
		const editor = new EditorPage(browser, n8nUrl, page);
		await page.goto(`${n8nUrl}/signin`);
		await page.fill('input[name="emailOrLdapLoginId"]', OWNER.email);
		await page.fill('input[name="password"]', OWNER.password);
		await editor.testId('form-submit-button').click();
		await page.waitForURL((address) => !address.pathname.startsWith('/signin'));
		return editor;
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.n8nUrl}/workflow/${id}`);
	}

	/** The same, from one workflow to the next without loading the editor anew (1 s, not 8). */
	async goToWorkflow(id: string): Promise<void> {
		if (!this.page.url().includes('/workflow/')) return await this.openWorkflow(id);
		await this.page.evaluate((path) => {
			history.pushState({}, '', path);
			dispatchEvent(new PopStateEvent('popstate', { state: {} }));
		}, `/workflow/${id}`);
	}

	testId(id: string, within: Page | Locator = this.page): Locator {
		return within.locator(`[data-test-id="${id}"]`);
	}

	nodeOnCanvas(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** Opens a node's panel as a user does. */
	async openPanel(name: string): Promise<Locator> {
		await this.nodeOnCanvas(name).dblclick();
		const panel = this.testId('ndv');
		await panel.waitFor();
		return panel;
	}

	/** Which of these labels an open panel does not show. */
	async missingLabels(panel: Locator, labels: string[]): Promise<string[]> {
		// The panel is filled a moment after it is opened.
		await panel.getByText(labels[0]!, { exact: true }).first().waitFor();
		const missing: string[] = [];
		for (const label of labels) {
			const shown = panel.getByText(label, { exact: true }).first();
			if (!(await shown.isVisible())) missing.push(label);
		}
		return missing;
	}

	/** As a user sees it whose system is set to dark. */
	async inDark(look: () => Promise<void>): Promise<void> {
		await this.page.emulateMedia({ colorScheme: 'dark' });
		await look();
		await this.page.emulateMedia({ colorScheme: 'light' });
	}

	/**
	 * Keeps a picture for the README, only where it is asked for: a test run leaves no changes.
	 *
	 * @param hidden CSS selectors of what would lie over the subject
	 * @param part what to show of the page, where it isn't all of it
	 */
	async picture(
		name: string,
		hidden: string[] = [],
		part: Page | Locator = this.page,
	): Promise<void> {
		if (!process.env.KROSAI_PICTURES) return;
		const path = join(DOCS, `${name}.png`);
		await mkdir(dirname(path), { recursive: true });
		const tooltips = '[data-reka-popper-content-wrapper]';
		await this.page.evaluate(withoutThisMachine);
		await part.screenshot({
			path,
			animations: 'disabled',
			style: `${['.el-notification', tooltips, ...hidden].join()} { display: none }`,
		});
	}
}

/** In the browser: the simulator's addresses in texts become one that a reader can't take for theirs. */
function withoutThisMachine(): void {
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let text = texts.nextNode(); text; text = texts.nextNode()) {
		const shown = text.nodeValue!.replace(
			/http:\/\/127\.0\.0\.1:\d+/,
			'https://storage.example.com',
		);
		if (shown !== text.nodeValue) text.nodeValue = shown;
	}
}
