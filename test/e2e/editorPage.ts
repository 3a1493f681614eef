import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

import { OWNER } from '../n8n/client';
import { sharedN8n } from './sharedN8n';

const DOCS = join(__dirname, '..', '..', 'docs');

/** A page of the suite's Chromium, which keeps what pages have loaded, and who is logged in. */
export async function openPage(): Promise<{ browser: Browser; page: Page }> {
	const browser = await chromium.connectOverCDP(await sharedN8n().chromium());
	const page = await browser.contexts()[0]!.newPage();
	await page.setViewportSize({ width: 1360, height: 860 });
	// The editor takes 8 s to load, and several times as long where the machine has other work.
	page.setDefaultTimeout(60_000);
	return { browser, page };
}

/** n8n's editor in a browser, as its owner sees it. */
export class EditorPage {
	private constructor(
		private readonly browser: Browser,
		private readonly n8nUrl: string,
		readonly page: Page,
	) {}

	/** Opens a page and, in a Chromium that is new, logs in. */
	static async open(): Promise<EditorPage> {
		const { url } = sharedN8n();
		const { browser, page } = await openPage();
		const editor = new EditorPage(browser, url, page);
		const cookies = await page.context().cookies(url);
		if (cookies.some(({ name }) => name === 'n8n-auth')) return editor;
		await page.goto(`${url}/signin`);
		await page.fill('input[name="emailOrLdapLoginId"]', OWNER.email);
		await page.fill('input[name="password"]', OWNER.password);
		await editor.testId('form-submit-button').click();
		await page.waitForURL((address) => !address.pathname.startsWith('/signin'));
		return editor;
	}

	async close(): Promise<void> {
		await this.page.close();
		await this.browser.close();
	}

	/** From one workflow to the next without loading the editor anew (1 s, not 8). */
	async openWorkflow(id: string): Promise<void> {
		const path = `/workflow/${id}`;
		if (!this.page.url().includes('/workflow/')) {
			await this.page.goto(this.n8nUrl + path);
			return;
		}
		const loaded = this.page.waitForResponse((answer) => answer.url().includes(`/workflows/${id}`));
		await this.page.evaluate((to) => {
			history.pushState({}, '', to);
			dispatchEvent(new PopStateEvent('popstate', { state: {} }));
		}, path);
		await loaded;
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

	/** Opens a panel, and closes it again when `look` is done. */
	async inPanel<T>(name: string, look: (panel: Locator) => Promise<T>): Promise<T> {
		const panel = await this.openPanel(name);
		const result = await look(panel);
		await this.testId('ndv-close-button').click();
		await panel.waitFor({ state: 'hidden' });
		return result;
	}

	/** The labels in a part of a panel, in the order in which they stand, and those that are cut. */
	async labelsIn(part: Locator): Promise<{ labels: string[]; cut: string[] }> {
		const shown = part.locator('label').filter({ visible: true });
		await shown.last().waitFor();
		const texts = await shown.evaluateAll((all) =>
			all.map((one) => {
				const title = one.querySelector('[class*="title"]') ?? one;
				const isCut = [...one.querySelectorAll('span, div')].some(
					(text) =>
						getComputedStyle(text).textOverflow === 'ellipsis' &&
						text.scrollWidth > text.clientWidth,
				);
				return { text: (title.textContent ?? '').trim(), isCut };
			}),
		);
		return {
			labels: texts.map(({ text }) => text),
			cut: texts.filter(({ isCut }) => isCut).map(({ text }) => text),
		};
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
