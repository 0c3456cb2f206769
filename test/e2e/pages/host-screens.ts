import type { Locator, Page } from 'playwright';

/** The input for adding a host over SSH. */
export interface SshDraft {
  readonly name: string;
  readonly address: string;
  readonly keyFile: string;
}

/** The table of hosts, and the dialog that adds one over SSH, step by step. */
export class HostScreens {
  constructor(readonly page: Page) {}

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  get fingerprint(): Locator {
    return this.dialog.getByLabel('Fingerprint');
  }

  get checks(): Locator {
    return this.dialog.getByRole('list', { name: 'Host checks' });
  }

  /** Up to the question for the fingerprint. */
  async beginToAdd({ name, address, keyFile }: SshDraft): Promise<void> {
    await this.page.getByRole('button', { name: 'Add host' }).first().click();
    await this.dialog.getByText('Over SSH').click();
    await this.dialog.getByLabel('Name').fill(name);
    await this.dialog.getByLabel('Address').fill(address);
    await this.dialog.getByLabel('Sign in with').selectOption('key');
    await this.dialog.getByLabel('Private key').fill(keyFile);
    await this.dialog.getByRole('button', { name: 'Next' }).click();
  }

  async confirm(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Fingerprints match' }).click();
  }

  async add(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Add host', exact: true }).click();
  }
}
