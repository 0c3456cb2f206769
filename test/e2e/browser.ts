import { existsSync } from 'node:fs';
import { expect } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';

/** The distribution's own browser; another one by ATOLL_CHROMIUM. */
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
export const see = expect.configure({ timeout: 15_000 });

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/** A window of its own, with what went wrong in it: errors of scripts and breaches of the content policy. */
export async function newWindow(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; wrongs: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const wrongs: string[] = [];
  page.on('pageerror', (error) => wrongs.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrongs.push(message.text());
  });
  return { page, wrongs };
}

/** Opens the app by a link, as a person does, and waits until the link has been exchanged and the screens are being loaded. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.waitForURL(({ pathname }) => pathname !== '/enter');
}

/** What axe finds on the page, each as one line; empty when it is clean. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Colors are judged when they have faded over.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((one) => one.finished));
  });
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`,
    ),
  );
}
