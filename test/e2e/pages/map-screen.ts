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

  /** The name of an island, which selects its network. */
  island(name: string): Locator {
    return this.frame.locator('.island h4').getByRole('button', { name });
  }

  /** An island's isolation status and its age. */
  sealOf(network: string): Locator {
    const name = this.page.getByRole('button', { name: network });
    return this.frame.locator('.island').filter({ has: name }).locator('.seal');
  }

  /** A note on an island. */
  note(words: string): Locator {
    return this.frame.locator('.island-note', { hasText: words });
  }

  /** The summary of a collapsed island. */
  get more(): Locator {
    return this.frame.getByRole('button', { name: /more, \d+ up/ });
  }

  get drawer(): Locator {
    return this.page.getByRole('complementary');
  }

  /** The incremental search field; `/` focuses it. */
  get find(): Locator {
    return this.page.getByRole('textbox', { name: 'Find on the map' });
  }

  /** Highlighted chips. */
  get highlighted(): Locator {
    return this.frame.locator('.chip.highlighted .chip-name');
  }

  get table(): Locator {
    return this.page.getByRole('treegrid');
  }

  /** A row of the table, by the start of its name. */
  row(name: string): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name, exact: true }) });
  }

  /** An item of the context menu. */
  menuItem(name: string | RegExp): Locator {
    return this.page.locator('.context-menu').getByRole('menuitem', { name });
  }

  /** The notice about the last change, with its undo. */
  get notice(): Locator {
    return this.page.getByRole('status').filter({ has: this.page.getByRole('button', { name: /^Undo/ }) });
  }

  async divide(by: 'By host' | 'By network' | 'By island'): Promise<void> {
    await this.page.getByRole('button', { name: by }).click();
  }

  /** Filters the map by one of the fields behind its button. */
  async filter(field: 'State' | 'Host' | 'Network', choice: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Filter/ }).click();
    await this.page.getByRole('combobox', { name: field }).selectOption({ label: choice });
    await this.page.getByRole('button', { name: /^Filter/ }).click();
  }

  /** Drags a VM's chip, or another element, to a point, given as an offset from the center of another element, and drops it. */
  async drag(what: string | Locator, to: Locator, off = { x: 0, y: 0 }): Promise<void> {
    await this.hold(what, to, off);
    await this.page.mouse.up();
  }

  /** Drags without dropping. */
  async hold(what: string | Locator, to: Locator, off = { x: 0, y: 0 }): Promise<void> {
    const start = typeof what === 'string' ? this.vm(what) : what;
    const [from, there] = [await start.boundingBox(), await to.boundingBox()];
    if (from === null || there === null) throw new Error(`${String(what)} cannot be dragged`);
    const { mouse } = this.page;
    await mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await mouse.down();
    await mouse.move(from.x + from.width / 2 + 12, from.y + from.height / 2 + 12);
    await mouse.move(there.x + there.width / 2 + off.x, there.y + there.height / 2 + off.y, { steps: 5 });
  }

  /** What dropping would do, as said under the pointer. */
  get dragged(): Locator {
    return this.page.locator('.drag-preview');
  }

  /** Exports the map, and returns the file's bytes. */
  async export(kind: 'SVG' | 'PNG'): Promise<Buffer> {
    await this.page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.getByRole('menuitem', { name: new RegExp(`As ${kind}`) }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
}
