import type { Locator, Page } from 'playwright';

export class ConsoleScreen {
  constructor(readonly page: Page) {}

  /** The visible rows of the terminal. */
  get rows(): Locator {
    return this.page.locator('.xterm-rows');
  }

  get input(): Locator {
    return this.page.locator('.xterm-helper-textarea');
  }

  async type(line: string): Promise<void> {
    await this.input.focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  get findBar(): Locator {
    return this.page.getByRole('search');
  }

  async find(words: string): Promise<void> {
    if ((await this.findBar.count()) === 0) await this.page.getByRole('button', { name: 'Find…' }).click();
    await this.findBar.getByRole('textbox').fill(words);
  }

  /** Pastes as the browser does when the user presses the shortcut. */
  async paste(words: string): Promise<void> {
    await this.input.focus();
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), words);
    await this.page.keyboard.press('Control+Shift+v');
  }
}
