import { existsSync } from 'node:fs';
import { expect } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';

/** The distribution's browser, or the one in ATOLL_CHROMIUM. */
export const CHROMIUM = process.env['ATOLL_CHROMIUM'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

/** Without a sandbox, because tests may run as root; quiet, because nothing here may leave the machine; drawn without a GPU's emulation. */
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
];

/** Playwright's expectations about what is on the screen. What is not there at once may take its time beside other tests. */
export const see = expect.configure({ timeout: 30_000 });

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/** A separate window that records its script errors and content policy violations. */
export async function newWindow(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; wrongs: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const wrongs: string[] = [];
  page.on('pageerror', (error) => wrongs.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrongs.push(message.text());
  });
  return { page, wrongs };
}

/** Opens the app by a link, and waits until the link has been redeemed and the screens are loading. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.waitForURL(({ pathname }) => pathname !== '/enter');
}

/** The accessibility violations that axe finds on the page, one line each; empty: none. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Colors are measured once everything is fully faded in. A tooltip begins to fade in some time after it is there.
  await see
    .poll(() =>
      page.evaluate(async () => {
        const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
        await Promise.allSettled(ending.map((one) => one.finished));
        return [...document.querySelectorAll('.pf-v6-c-tooltip')].every((tip) => getComputedStyle(tip).opacity === '1');
      }),
    )
    .toBe(true);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`,
    ),
  );
}
