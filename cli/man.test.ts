import { expect, it } from 'vitest';
import { COMMANDS } from './commands/all';
import { manPage } from './man';
import { usage } from './spec';

it('contains every command, and nothing that roff would interpret as a request', () => {
  const page = manPage('1.2.3');
  const lines = page.split('\n');
  for (const spec of COMMANDS) expect(page).toContain(usage(spec).replaceAll('-', '\\-').replaceAll('"', '\\(dq'));
  const requests = new Set(lines.filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0]));
  expect([...requests].sort()).toEqual(['.B', '.BR', '.PP', '.SH', '.SS', '.TH', '.TP', '.fi', '.nf']);
});
