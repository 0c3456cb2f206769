import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IsolationCheck, Network, Preview, UnmanagedBridge, UnmanagedVm, Vm } from '../../contract';
import { eventually } from '../support/eventually';
import { blockName } from '../conformance/hosts/kind';
import type { GuestShell } from '../support/guest-shell';
import { labHere } from '../support/lab-here';
import { LocalMachine } from '../support/local-machine';
import { DB, OwnerOfAHost, WEB } from '../support/owner-of-a-host';

const missing = process.getuid?.() === 0 ? (await labHere()).vms : 'needs root';

/** A second serial port, which the guest leaves alone, and a display: both as virt-manager adds them. */
const LOOKS = `<serial type='pty'/><graphics type='vnc' autoport='yes' listen='127.0.0.1'/><video><model type='vga'/></video>`;

interface Answer {
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string | null };
  readonly preview?: Preview | null;
  readonly networks?: Network[];
  readonly vms?: Vm[];
}

/** The program itself on this computer as a host, where a person had a bridge and VMs before. */
describe.skipIf(missing !== null)(blockName('importing what was on this computer before', missing), () => {
  const home = mkdtempSync(join(tmpdir(), 'atoll-import-'));
  let machine: LocalMachine;
  let owner: OwnerOfAHost;
  let web: GuestShell;
  let db: GuestShell;
  const before = new Map<string, string[]>();
  beforeAll(async () => {
    machine = await LocalMachine.open();
    owner = new OwnerOfAHost(machine.shell);
    await owner.bridge();
    await owner.define(WEB, LOOKS);
    await owner.define(DB);
    web = await owner.start(WEB);
    db = await owner.start(DB);
    for (const vm of [WEB, DB]) before.set(vm.id, await owner.definitions(vm));
    await atoll('host', 'add', 'here', '--local');
  });
  afterAll(async () => {
    web?.close();
    db?.close();
    await atoll('stop');
    await machine.remove();
    owner.remove();
    rmSync(home, { recursive: true, force: true });
  });

  /** The answer as JSON, or the refusal. */
  async function atoll(...args: string[]): Promise<Answer> {
    const sure = /remove|import|forget|maintenance/.test(args[1] ?? '') ? ['--yes'] : [];
    const argv = [process.execPath, resolve('bin/atoll'), ...args, '--home', home, '--json', ...sure];
    const { stdout, stderr, exit } = await machine.shell.run(argv, { okExits: 'any', timeoutMs: 120_000 });
    const text = exit === 0 || stdout.trim() !== '' ? stdout : stderr.slice(stderr.indexOf('{'));
    return text.trim() === '' ? {} : (JSON.parse(text) as Answer);
  }
  const show = async () =>
    (await atoll('host', 'show', 'here')) as { unmanaged: UnmanagedBridge[]; unmanagedVms: UnmanagedVm[] };
  const chains = async (): Promise<string> => (await machine.shell.script('nft list ruleset', [])).stdout;
  const pid = async ({ id }: { id: string }): Promise<string> =>
    (
      await machine.shell.script(
        'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline 2>/dev/null | grep -q "uuid $1" && echo "$p"; done; true',
        [id],
      )
    ).stdout.trim();
  const asBefore = async (): Promise<void> => {
    for (const vm of [WEB, DB]) expect(await owner.definitions(vm)).toEqual(before.get(vm.id));
  };

  it('shows what is there and whether it can be imported, and touches nothing', async () => {
    const { unmanaged, unmanagedVms } = await show();
    expect(unmanaged).toMatchObject([{ name: 'br-lab', isolated: true, refused: null }]);
    expect(unmanagedVms.map(({ name, refused }) => [name, refused]).sort()).toEqual([
      ['db', null],
      ['web', null],
    ]);
    const { preview } = await atoll('host', 'import', 'here', '--bridge', 'br-lab', '--with-vms', '--dry-run');
    const words = [...(preview?.summary ?? []), ...(preview?.hosts.flatMap(({ changes }) => changes) ?? [])].join('\n');
    expect(words).toContain("remove the host's address 10.9.0.1/24 from br-lab");
    expect(words).toContain('user-mode NAT is not managed by Atoll');
    expect(words).toContain('seal br-lab against the host');
    expect(preview?.hosts[0]?.problem).toBeNull();
    expect((await owner.bridgeIs()).addresses).toContain('10.9.0.1');
    expect(await owner.isMarked(WEB)).toEqual([false, false]);
    await asBefore();
    expect(await web.pings('10.9.0.1')).toBe(true);
  });

  it('refuses to seal the bridge under a VM that it does not know', async () => {
    const { error } = await atoll('host', 'import', 'here', '--bridge', 'br-lab', '--vm', 'web');
    expect(error).toMatchObject({ code: 'RULE_BROKEN', message: expect.stringContaining('"db"') as string });
    expect(await owner.isMarked(WEB)).toEqual([false, false]);
  });

  it('imports running VMs and their bridge without a word lost between them, and the host falls silent', async () => {
    const was = await Promise.all([WEB, DB].map(pid));
    await web.run('ping -i 0.2 -w 300 10.9.0.3 >/tmp/pinged & true');
    const { networks, vms, error } = await atoll('host', 'import', 'here', '--bridge', 'br-lab', '--with-vms');
    expect(error).toBeUndefined();
    expect(networks).toMatchObject([{ name: 'br-lab', isIsolated: true, clusters: [{ status: 'operational' }] }]);
    expect(vms?.map(({ name, state }) => [name, state]).sort()).toEqual([
      ['db', 'up'],
      ['web', 'up'],
    ]);
    await web.run('kill -INT $!; sleep 1');
    const { output } = await web.run('cat /tmp/pinged');
    const answered = [...output.matchAll(/: seq=(\d+) /g)].map(([, seq]) => Number(seq));
    expect(answered).toEqual(answered.map((_, i) => i));
    // The last may have been running when it was ended.
    const sent = Number(/(\d+) packets transmitted/.exec(output)?.[1]);
    expect(answered.length).toBeGreaterThanOrEqual(Math.max(2, sent - 1));
    expect(await web.pings('10.9.0.1')).toBe(false);
    expect(await Promise.all([WEB, DB].map(pid))).toEqual(was);
    await asBefore();
    expect(await owner.isMarked(WEB)).toEqual([true, true]);
    const bridge = await owner.bridgeIs();
    expect(bridge).toMatchObject({ addresses: [], alias: expect.stringMatching(/^atoll:.*:kept$/) as string });
    expect(bridge.ports).toHaveLength(2);
    const checks = (await atoll('network', 'check', 'br-lab', '--probe')) as unknown as IsolationCheck[];
    expect(checks).toMatchObject([{ verdict: 'isolated' }]);
    expect(await show()).toMatchObject({ unmanaged: [], unmanagedVms: [] });
  });

  it('opens the serial console of its definition, in both directions, and gives it back', async () => {
    await web.run(
      '(while sleep 1; do echo tick >/dev/ttyS1; done) & (read line </dev/ttyS1; echo "$line" >/tmp/heard) & true',
    );
    const talk = async (typed: string) =>
      machine.shell.run(
        [process.execPath, resolve('bin/atoll'), 'vm', 'console', 'web', '--silence', '3', '--home', home],
        {
          ...{ stdin: typed, okExits: 'any' as const, timeoutMs: 20_000 },
        },
      );
    const first = talk('hello from Atoll\n');
    await eventually('the guest to hear it', 15_000, async () => {
      const { output } = await web.run('cat /tmp/heard');
      return output.includes('hello from Atoll') || undefined;
    });
    // It ends three seconds after the last tick: at least one is said after the line was heard.
    await web.run('sleep 2; kill $(jobs -p); true');
    expect((await first).stdout).toContain('tick');
    await asBefore();
  });

  it('knows the VNC server of its definition', async () => {
    expect(((await atoll('vm', 'show', 'web')) as unknown as Vm).boot).toMatchObject({
      lines: { console: true, screen: 'vnc' },
    });
  });

  it("is suspended with Atoll's mark, and resumed where it was", async () => {
    expect((await atoll('vm', 'suspend', 'db')).error).toBeUndefined();
    db.close();
    expect(((await atoll('vm', 'show', 'db')) as unknown as Vm).state).toBe('suspended');
    expect((await atoll('vm', 'resume', 'db')).error).toBeUndefined();
    expect(((await atoll('vm', 'show', 'db')) as unknown as Vm).state).toBe('up');
    expect(await owner.isMarked(DB)).toEqual([true, true]);
    // libvirt gives the running VM another number.
    expect((await owner.definitions(DB))[0]).toBe(before.get(DB.id)?.[0]);
  });

  it('drives an imported VM as any other, and writes only its own part of the definition', async () => {
    await atoll('network', 'add', 'green', '--isolated', '--cluster', 'Default');
    await atoll('vm', 'stop', 'db', '--yes');
    await atoll('vnic', 'add', 'db', '--network', 'green');
    expect((await atoll('vm', 'start', 'db')).error).toBeUndefined();
    db.close();
    const [inactive = ''] = await owner.definitions(DB);
    expect(inactive).toContain("<source bridge='green'/>");
    const without = inactive.replace(
      /\s*<interface type='bridge'>(?:(?!<\/interface>)[\s\S])*green[\s\S]*?<\/interface>/,
      '',
    );
    expect(without).toBe(before.get(DB.id)?.[0]);
    await atoll('vm', 'stop', 'db', '--yes');
    const [nic] = ((await atoll('vm', 'show', 'db')) as unknown as Vm).vnics.filter(({ name }) => name === 'nic2');
    await atoll('vnic', 'remove', 'db', nic?.name ?? '');
    await atoll('vm', 'start', 'db');
    expect((await owner.definitions(DB))[0]).toBe(before.get(DB.id)?.[0]);
    await atoll('network', 'remove', 'green');
  });

  it("refuses what is its owner's, and follows him", async () => {
    expect((await atoll('snapshot', 'add', 'before', '--vm', 'web')).error?.message).toContain('imported');
    expect((await atoll('vm', 'update', 'db', '--memory', '256')).error?.hint).toContain('virsh edit');
    await atoll('vm', 'stop', 'db', '--yes');
    await machine.shell.run(['virsh', '-q', 'setmaxmem', DB.id, '262144', '--config']);
    await atoll('host', 'sync', 'here');
    expect(((await atoll('vm', 'show', 'db')) as unknown as Vm).memoryMiB).toBe(256);
  });

  it('is forgotten unchanged: the VM keeps running, the bridge is released with the VM on it', async () => {
    await machine.shell.run(['virsh', '-q', 'setmaxmem', DB.id, '200001', '--config']);
    expect((await atoll('network', 'remove', 'br-lab')).error).toBeUndefined();
    const bridge = await owner.bridgeIs();
    expect(bridge.alias).toBeNull();
    expect(bridge.ports).toHaveLength(1);
    expect(await chains()).not.toContain('br-lab');
    await atoll('vm', 'forget', 'web');
    await atoll('vm', 'remove', 'db');
    expect([await owner.isMarked(WEB), await owner.isMarked(DB)]).toEqual([
      [false, false],
      [false, false],
    ]);
    expect((await owner.definitions(WEB)).map((xml) => xml.replace(/\s*<metadata\/>/, ''))).toEqual(before.get(WEB.id));
    expect((await web.run('hostname')).output).toContain('web');
    const { unmanagedVms } = await show();
    expect(unmanagedVms.map(({ name }) => name).sort()).toEqual(['db', 'web']);
  });

  it('is taken up again after a kill -9 of the engine anywhere in between, and nothing is lost', async () => {
    for (const ms of [0, 40, 120, 300]) {
      await machine.shell.script('ip address replace 10.9.0.1/24 dev br-lab', []);
      await atoll('host', 'sync', 'here');
      expect(
        (await atoll('host', 'import', 'here', '--bridge', 'br-lab', '--with-vms', '--no-wait')).error,
      ).toBeUndefined();
      await new Promise((done) => setTimeout(done, ms));
      const { engine } = (await atoll('status')) as unknown as { engine: { pid: number } | null };
      await machine.shell.run(['kill', '-9', String(engine?.pid ?? 'none')]);
      await eventually(`the import to be carried out (killed after ${ms} ms)`, 30_000, async () => {
        const networks = (await atoll('network', 'list')) as unknown as Network[];
        const vms = (await atoll('vm', 'list')) as unknown as Vm[];
        const done =
          networks[0]?.clusters[0]?.status === 'operational' && vms.every(({ state }) => state !== 'image_locked');
        return done && vms.length === 2 ? true : undefined;
      });
      const bridge = await owner.bridgeIs();
      expect(bridge).toMatchObject({ addresses: [], alias: expect.stringMatching(/:kept$/) as string });
      expect(bridge.ports).toHaveLength(1);
      expect((await web.run('hostname')).output).toContain('web');
      expect((await atoll('undo')).error).toBeUndefined();
      expect(await owner.isMarked(WEB)).toEqual([false, false]);
      expect((await owner.bridgeIs()).alias).toBeNull();
    }
  });
});
