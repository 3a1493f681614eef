import type { Browser, Locator, Page } from 'playwright-core';

import { type Simulator, startSimulator } from '../../simulator';
import { CALL, start, until } from '../../simulator/client';
import { openPage } from './editorPage';

let browser: Browser;
let page: Page;
let simulator: Simulator;
const broken: Error[] = [];

beforeAll(async () => {
	simulator = await startSimulator({ plan: 'pro' });
	({ browser, page } = await openPage());
	page.on('pageerror', (error) => broken.push(error));
	await page.goto(simulator.origin);
}, 120_000);

beforeEach(() => simulator.reset());

afterAll(async () => {
	await page?.close();
	await browser?.close();
	await simulator.close();
});

/** What the page shows of the one call. */
async function call(to_number = CALL.to_number): Promise<Locator> {
	await start(simulator, { to_number, metadata: { customer_id: 'cust_001' } });
	return page.locator('#calls tbody', { hasText: to_number });
}

const click = async (within: Page | Locator, name: string) =>
	await within.getByRole('button', { name, exact: true }).click();
const ended = async (status: string) => await until(() => simulator.calls[0]?.status === status);

test.each([
	["Don't answer", 'no_answer'],
	['Busy', 'busy'],
	['Fail', 'failed'],
])('a click on "%s" ends the ringing call: %s', async (label, status) => {
	await page.selectOption('#outcome', 'manual');
	await click(await call(), label);
	await ended(status);
});

test('answered by a click, it counts, is hung up, and shows what was said', async () => {
	const row = await call('+14155550173');
	await click(row, 'Answer');
	await page.getByText('1 call in progress, at most 10 at once (plan pro)').waitFor();
	await row.locator('.length').getByText('0:01').waitFor();
	await click(row, 'Hang up');
	await ended('completed');
	await click(row, '+14155550173');
	for (const text of ['the called person hung up', '[Agent]: Hello', 'customer_id: cust_001']) {
		await row.locator('.detail').getByText(text).waitFor();
	}
	await click(page, 'Reset');
	await page.getByText('No call yet.').waitFor();
	expect(simulator.calls).toEqual([]);
});

test('it lists the test numbers, and nothing in it broke', async () => {
	const listed = await page.locator('#ends').innerText();
	expect(listed).toMatch(/\+14155550170\s+is not answered\s+\+14155550171\s+is busy/);
	expect(broken).toEqual([]);
});
