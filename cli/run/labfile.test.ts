import { say } from '../../contract';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { COMMANDS } from '../commands/all';
import type { Context } from '../context';
import { Input } from '../input';
import { Output } from '../output';
import { optionsOf } from '../spec';
import { applyLab } from './labfile';

const PLAN = [say('preview.cluster.add', { cluster: 'blue' }), say('preview.vm.stop', { vm: 'web' })];

/** Runs `atoll apply FILE` against an engine that answers with `PLAN`; returns what was sent and printed. */
async function apply(file: string, ...flags: string[]): Promise<{ sent: unknown; said: string }> {
  const spec = COMMANDS.find(({ path }) => path.join(' ') === 'apply');
  if (!spec) throw new Error('there is no such command');
  const options = new Map(flags.map((flag) => [flag, true] as const));
  const input = new Input({ args: spec.args ?? [], options: optionsOf(spec) }, new Map([['FILE', [file]]]), options);
  let sent: unknown;
  const client = {
    labfile: { apply: (call: unknown) => Promise.resolve(((sent = call), { plan: PLAN, job: null, preview: null })) },
  };
  let said = '';
  const out = new Output(null, { write: (text: string) => (said += text) });
  await applyLab({ input, out, engine: () => Promise.resolve({ client }) } as unknown as Context);
  return { sent, said };
}

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'atoll-apply-')))));
afterEach(() => rmSync(folder, { recursive: true }));

it('apply prints line by line what it did', async () => {
  const file = join(folder, 'lab.yaml');
  writeFileSync(file, 'atoll: 1');
  expect((await apply(file)).said).toBe('create the cluster "blue"\nstop the VM "web"\n');
});

it('apply sends the real path of the file, and allows other files only on request', async () => {
  const real = join(folder, 'real');
  mkdirSync(real);
  writeFileSync(join(real, 'lab.yaml'), 'atoll: 1');
  symlinkSync(join(real, 'lab.yaml'), join(folder, 'link.yaml'));
  for (const file of [
    join(real, 'lab.yaml'),
    relative(process.cwd(), join(real, 'lab.yaml')),
    join(folder, 'link.yaml'),
  ])
    expect((await apply(file)).sent).toMatchObject({ folder: real, allowFiles: false });
  expect((await apply(join(real, 'lab.yaml'), 'allow-files')).sent).toMatchObject({ folder: real, allowFiles: true });
});
