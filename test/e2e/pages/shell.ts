import type { Locator, Page } from 'playwright';
import { see } from '../browser';

export type ScreenName =
  'Map' | 'Networks' | 'Promises' | 'Hosts' | 'Virtual machines' | 'Images' | 'Activity' | 'Doctor' | 'Backups';

/** The frame of every screen. */
export class Shell {
  constructor(readonly page: Page) {}

  async go(screen: ScreenName): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click();
  }

  /** The number beside a screen's name. */
  count(screen: ScreenName): Locator {
    return this.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).locator('small');
  }

  get job(): Locator {
    return this.page.getByRole('contentinfo');
  }

  /** The undo in the status bar. */
  get undo(): Locator {
    return this.page.getByRole('contentinfo').getByRole('button', { name: 'Undo:' });
  }

  get away(): Locator {
    return this.page.getByText('Engine not responding.');
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  async find(words: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.keyboard.type(words);
    // The lists of names arrive after the page, and a VM's state after that: until then something else is found.
    const first = this.page.getByRole('listbox', { name: 'Results' }).getByRole('option', { selected: true });
    for (const word of words.split(' ')) await see(first).toContainText(word);
    await see(first).toHaveAttribute('aria-disabled', 'false');
    await this.page.keyboard.press('Enter');
  }
}
