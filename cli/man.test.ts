import { expect, it } from 'vitest';
import { COMMANDS } from './commands/all';
import { manPage } from './man';
import { usage } from './spec';

it('has every command, and nothing that roff would take for a request of its own', () => {
  const page = manPage('1.2.3');
  const lines = page.split('\n');
  for (const spec of COMMANDS) expect(page).toContain(usage(spec).replaceAll('-', '\\-').replaceAll('"', '\\(dq'));
  const requests = new Set(lines.filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0]));
  expect([...requests].sort()).toEqual(['.B', '.BR', '.PP', '.SH', '.SS', '.TH', '.TP', '.fi', '.nf']);
});
