import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host, IsolationCheck, Job, Preview, Vm } from '../../contract';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import { labHere } from '../support/lab-here';
import { LocalMachine } from '../support/local-machine';

const missing = process.getuid?.() === 0 ? (await labHere()).vms : 'needs root';
const PAST = 'touch -d "10 minutes ago" /run/atoll-root/seen-*';

interface Answer {
  readonly error?: { readonly code: string; readonly message: string };
  readonly preview?: Preview | null;
  readonly from?: string;
  readonly job?: Job | string | null;
  readonly vms?: Vm[];
}

/** The program itself on this computer as a host: its home is lost with VMs running, and another home takes them over. */
describe.skipIf(missing !== null)(blockName('taking over what a lost store left on this computer', missing), () => {
  const lost = mkdtempSync(join(tmpdir(), 'atoll-lost-'));
  const home = mkdtempSync(join(tmpdir(), 'atoll-next-'));
  let machine: LocalMachine;
  let storeId = '';
  beforeAll(async () => {
    machine = await LocalMachine.open();
    const done = async (...args: string[]) =>
      expect((await atoll(lost, ...args)).error, args.join(' ')).toBeUndefined();
    await done('host', 'add', 'here', '--local');
    await done('network', 'add', 'blue', '--isolated', '--cluster', 'Default');
    for (const name of ['web', 'db']) await done('vm', 'add', name, '--network', 'blue', '--start');
    storeId = /alias atoll:([0-9a-f-]{36}):/.exec(await sh('ip -d link show blue'))?.[1] ?? '';
  });
  afterAll(async () => {
    await atoll(home, 'stop');
    await machine.remove();
    for (const folder of [lost, home]) rmSync(folder, { recursive: true, force: true });
  });

  async function atoll(from: string, ...args: string[]): Promise<Answer> {
    const sure = /take-over|stop/.test(args[1] ?? '') && !args.includes('--dry-run') ? ['--yes'] : [];
    const argv = [process.execPath, resolve('bin/atoll'), ...args, '--home', from, '--json', ...sure];
    const { stdout, stderr, exit } = await machine.shell.run(argv, { okExits: 'any', timeoutMs: 180_000 });
    const text = exit === 0 || stdout.trim() !== '' ? stdout : stderr.slice(stderr.indexOf('{'));
    return text.trim() === '' ? {} : (JSON.parse(text) as Answer);
  }
  const sh = async (script: string): Promise<string> => (await machine.shell.script(script, [])).stdout.trim();
  const pids = (): Promise<string> =>
    sh(
      'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline 2>/dev/null | grep -q "qemu.* -uuid" && echo "$p"; done; true',
    );

  it('is refused while the other engine is at the host', async () => {
    await atoll(home, 'host', 'add', 'here', '--local');
    const { error } = await atoll(home, 'host', 'take-over', 'here', '--dry-run');
    expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('is in use') as string });
  });

  it('takes networks and running VMs over once that store is gone, sealed at every moment', async () => {
    await atoll(lost, 'stop');
    rmSync(lost, { recursive: true, force: true });
    await sh(`${PAST}; true`);
    const running = await pids();
    expect(running).not.toBe('');
    const shown = await atoll(home, 'host', 'take-over', 'here', '--dry-run');
    expect(shown).toMatchObject({ from: storeId });
    expect(shown.preview?.hosts[0]?.changes.join('\n')).toContain(
      `rewrite the mark of blue: from the database ${storeId}`,
    );
    expect(await sh('ip -d link show blue')).toContain(`atoll:${storeId}:`);
    const { error, vms } = await atoll(home, 'host', 'take-over', 'here', '--from', storeId);
    expect(error).toBeUndefined();
    expect(vms?.map(({ name, state }) => [name, state]).sort()).toEqual([
      ['db', 'up'],
      ['web', 'up'],
    ]);
    expect(await pids()).toBe(running);
    const rules = await sh('nft list tables');
    expect(rules).not.toContain(storeId.slice(-12));
    expect(await sh('ls /etc/atoll 2>/dev/null; true')).not.toContain(storeId.slice(-12));
    expect(await sh('ip -d link show')).not.toContain(storeId);
  });

  it('leaves networks that pass the isolation check, and VMs that it can manage', async () => {
    const checks = (await atoll(home, 'network', 'check', 'blue', '--probe')) as unknown as IsolationCheck[];
    expect(checks.map(({ verdict }) => verdict)).toEqual(['isolated']);
    await eventually('the host to be up', 20_000, async () => {
      const { host } = (await atoll(home, 'host', 'show', 'here')) as unknown as { host: Host };
      return host.state === 'up' || undefined;
    });
    expect((await atoll(home, 'vm', 'stop', 'db')).error).toBeUndefined();
    expect((await atoll(home, 'vm', 'start', 'db')).error).toBeUndefined();
    await eventually('db to run', 20_000, async () => {
      const vms = (await atoll(home, 'vm', 'list')) as unknown as Vm[];
      return vms.find(({ name }) => name === 'db')?.state === 'up' || undefined;
    });
  });

  it('has nothing left to take over afterwards', async () => {
    const { error } = await atoll(home, 'host', 'take-over', 'here', '--dry-run');
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
  });
});
