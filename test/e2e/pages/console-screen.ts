import type { Locator, Page } from 'playwright';

export class ConsoleScreen {
  constructor(readonly page: Page) {}

  /** What stands in the terminal: the rows that a person sees. */
  get rows(): Locator {
    return this.page.locator('.xterm-rows');
  }

  async type(line: string): Promise<void> {
    await this.page.locator('.xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }
}
