import type { Locator, Page } from 'playwright';

/** The table of VMs, the form of a new one, and the page of one. */
export class VmScreens {
  constructor(readonly page: Page) {}

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async openForm(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Create VM' }).first().click();
    return this.page.getByRole('dialog');
  }

  get head(): Locator {
    return this.page.locator('.page-head');
  }

  /** The row of a vNIC on a VM's page. */
  vnic(name: string): Locator {
    return this.page.locator('li.vnic').filter({ hasText: name });
  }

  async choose(menu: Locator, entry: string): Promise<void> {
    await menu.click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }
}
