// Draws renderer/public/icon.svg in the sizes that desktops ask for, into packaging/icons, and as macOS and Windows
// want them. Needs Chromium; run after the icon changed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { icns, ico } from './lib/icon-files.mjs';
import { ROOT } from './lib/setup.mjs';

const SIZES = [16, 32, 48, 64, 128, 256, 512];
const folder = join(ROOT, 'packaging', 'icons');
mkdirSync(folder, { recursive: true });
const svg = readFileSync(join(ROOT, 'renderer', 'public', 'icon.svg'), 'utf8');
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
for (const size of SIZES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw; height: 100vh }</style>${svg}`);
  await page.screenshot({ path: join(folder, `${size}x${size}.png`), omitBackground: true });
  await page.close();
}
await browser.close();
const images = new Map(SIZES.map((size) => [size, readFileSync(join(folder, `${size}x${size}.png`))]));
writeFileSync(join(folder, 'icon.icns'), icns(images));
writeFileSync(join(folder, 'icon.ico'), ico(images));
console.log(`${SIZES.length} sizes, icon.icns and icon.ico in packaging/icons`);
