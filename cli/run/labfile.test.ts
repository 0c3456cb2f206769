import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS } from '../commands/all';
import type { Context } from '../context';
import { Input } from '../input';
import { Output } from '../output';
import { optionsOf } from '../spec';
import { applyLab } from './labfile';

it('apply says line by line what it did', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-apply-'));
  try {
    const file = join(folder, 'lab.yaml');
    writeFileSync(file, 'atoll: 1');
    const spec = COMMANDS.find(({ path }) => path.join(' ') === 'apply');
    if (!spec) throw new Error('there is no such command');
    const input = new Input(
      { args: spec.args ?? [], options: optionsOf(spec) },
      new Map([['FILE', [file]]]),
      new Map(),
    );
    const plan = ['add the network "blue"', 'add the VM "web"'];
    const client = { labfile: { apply: () => Promise.resolve({ plan, job: null, preview: null }) } };
    let said = '';
    const out = new Output(false, { write: (text: string) => (said += text) });
    await applyLab({ input, out, engine: () => Promise.resolve({ client }) } as unknown as Context);
    expect(said).toBe(`${plan.join('\n')}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
