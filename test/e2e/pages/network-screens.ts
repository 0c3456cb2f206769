import type { Locator, Page } from 'playwright';

/** The table of networks, the form of a new one, and the page of one. */
export class NetworkScreens {
  constructor(readonly page: Page) {}

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async openForm(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'New network' }).first().click();
    return this.page.getByRole('dialog');
  }

  /** Fills the form and sends it; the page of the new network opens when it is taken. */
  async create(name: string): Promise<void> {
    const form = await this.openForm();
    await form.getByLabel('Name').fill(name);
    await form.getByRole('button', { name: 'Create' }).click();
  }

  part(title: string): Locator {
    return this.page.getByRole('region', { name: title });
  }
}
