import type { Locator, Page } from 'playwright';

/** The tab on a VM's page that shows its screen. */
export class VmDisplay {
  constructor(readonly page: Page) {}

  get tab(): Locator {
    return this.page.getByRole('tab', { name: 'Screen' });
  }

  get canvas(): Locator {
    return this.page.locator('.screen canvas');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name });
  }

  /** The colors of the screen with the number of pixels of each, most frequent first; none before anything is drawn. */
  async colors(): Promise<Array<readonly [color: string, dots: number]>> {
    if ((await this.canvas.count()) === 0) return [];
    return this.canvas.evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      if (width === 0) return [];
      const dots = new Uint32Array(canvas.getContext('2d')!.getImageData(0, 0, width, height).data.buffer);
      const counts = new Map<number, number>();
      for (const dot of dots) counts.set(dot, (counts.get(dot) ?? 0) + 1);
      return [...counts].sort((a, b) => b[1] - a[1]).map(([dot, count]) => [dot.toString(16), count] as const);
    });
  }

  async typeText(text: string): Promise<void> {
    await this.button('Type text…').click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Text').fill(text);
    await dialog.getByRole('button', { name: 'Type text' }).click();
  }
}
