import type { Locator, Page } from 'playwright';

/** The port forwards on a VM's page, and the form of a new one. */
export class Forwards {
  constructor(readonly page: Page) {}

  get part(): Locator {
    return this.page.getByRole('region', { name: 'Forwards' });
  }

  /** The row of a forward, by the port of this computer. */
  row(hostPort: number): Locator {
    return this.part.getByRole('listitem').filter({ hasText: `127.0.0.2:${hostPort}` });
  }

  get form(): Locator {
    return this.page.getByRole('dialog', { name: 'Forward a port' });
  }

  async open(): Promise<void> {
    await this.part.getByRole('button', { name: 'Add forward' }).click();
  }

  /** Fills the form and submits it. `hostPort` '': any free one. */
  async send(guestPort: string, hostPort: string): Promise<void> {
    await this.form.getByLabel('VM port').fill(guestPort);
    await this.form.getByLabel('Port on this computer').fill(hostPort);
    await this.form.getByRole('button', { name: 'Add forward' }).click();
  }

  async remove(hostPort: number): Promise<void> {
    await this.row(hostPort).getByRole('button', { name: 'Remove' }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  }
}
