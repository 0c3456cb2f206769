import type { Locator, Page } from 'playwright';

export class MapScreen {
  constructor(readonly page: Page) {}

  get frame(): Locator {
    return this.page.getByRole('application', { name: 'Map' });
  }

  /** A VM's chip. */
  vm(name: string): Locator {
    return this.frame.locator('button.chip', { has: this.page.getByText(name, { exact: true }) });
  }

  /** The name of an island, which picks its network. */
  island(name: string): Locator {
    return this.frame.locator('.isle h4').getByRole('button', { name });
  }

  /** What an island says of its isolation, and how old that is. */
  sealOf(network: string): Locator {
    const name = this.page.getByRole('button', { name: network });
    return this.frame.locator('.isle').filter({ has: name }).locator('.seal');
  }

  /** What a folded island offers instead of the VMs that it hides. */
  get more(): Locator {
    return this.frame.getByRole('button', { name: /more, \d+ up/ });
  }

  get drawer(): Locator {
    return this.page.getByRole('complementary');
  }
}
