import type { Locator, Page } from 'playwright';
import { see } from '../browser';

/** A table: its filter, its columns, its selection, and the progress of bulk actions. */
export class TablePart {
  constructor(readonly page: Page) {}

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  get head(): Locator {
    return this.page.getByRole('columnheader');
  }

  /** The titles of the columns in their order. */
  async titles(): Promise<string[]> {
    const all = await this.head.allInnerTexts();
    return all.map((title) => title.trim()).filter((title) => title !== '' && title !== 'Actions');
  }

  get filter(): Locator {
    return this.page.getByRole('textbox', { name: /^Filter: / });
  }

  get count(): Locator {
    return this.page.locator('.table-count');
  }

  async pick(...names: string[]): Promise<void> {
    for (const name of names) await this.page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  }

  get bulk(): Locator {
    return this.page.getByRole('toolbar', { name: 'Actions for the selection' });
  }

  /** Chooses a bulk action, from the buttons or the menu. */
  async act(name: string): Promise<void> {
    const button = this.bulk.getByRole('button', { name, exact: true });
    if ((await button.count()) > 0) return button.click();
    await this.bulk.getByRole('button', { name: 'More actions for the selection' }).click();
    await this.page.getByRole('menuitem', { name }).click();
  }

  /** The progress list of a bulk action, by its title. */
  run(title: string): Locator {
    return this.page.getByRole('complementary').getByRole('region', { name: title });
  }

  async openColumns(): Promise<Locator> {
    await this.page.getByRole('button', { name: /^Columns: / }).click();
    const dialog = this.page.getByRole('dialog');
    await see(dialog).toBeVisible();
    return dialog;
  }
}
