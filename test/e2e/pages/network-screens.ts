import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright';

/** The table of networks, the form of a new one, and the page of one. */
export class NetworkScreens {
  constructor(readonly page: Page) {}

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async openForm(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Create network' }).first().click();
    return this.page.getByRole('dialog');
  }

  /** Fills the form and submits it; the page of the new network opens on success. */
  async create(name: string): Promise<void> {
    const form = await this.openForm();
    await form.getByLabel(/^Name/).fill(name);
    await form.getByRole('button', { name: 'Create network' }).click();
  }

  tab(title: string): Locator {
    return this.page.getByRole('tab', { name: title });
  }

  /** Presses a button that downloads a file; returns its content. */
  async saved(button: string): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.getByRole('button', { name: button }).click(),
    ]);
    return readFile(await download.path(), 'utf8');
  }

  part(title: string): Locator {
    return this.page.getByRole('region', { name: title });
  }
}
