import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';
import { spawnSync } from 'node:child_process';
import type { Doctor, DoctorCheck } from '../../contract';
import { blockName } from '../conformance/hosts/kind';
import { AtollCli } from '../support/atoll-cli';
import { labHere } from '../support/lab-here';
import { builtProgram, type Program } from '../support/program';

/**
 * A computer that lacks something, made of this one: in a user namespace in which we are uid 1000 (not root: so labs are
 * rootless there) or root, with a mount namespace to hide a program in. `--keep-caps` is for the preparation only.
 */
const computer = (uid: 'ordinary' | 'root', prepare: string): string[] => [
  'unshare',
  '--user',
  ...(uid === 'root' ? ['--map-root-user'] : ['--map-user=1000', '--map-group=1000']),
  '--keep-caps',
  '--mount',
  '--propagation',
  'private',
  'sh',
  '-c',
  uid === 'root' ? `${prepare}; exec "$@"` : `${prepare}; exec setpriv --ambient-caps=-all --inh-caps=-all -- "$@"`,
  'sh',
];

/** A file that can't be executed, in the place of each program, wherever the PATH or the sbin folders have one. */
const without = (...programs: string[]): string =>
  programs
    .map((name) => `for p in $(which -a ${name}) /usr/sbin/${name}; do [ -e $p ] && mount --bind /dev/null $p; done`)
    .join('; ');

const FORBIDDEN = 'echo 0 >/proc/sys/user/max_user_namespaces';

function missingHere(): string | null {
  const { status } = spawnSync('sh', ['-c', '"$@" true', 'sh', ...computer('ordinary', FORBIDDEN)]);
  return status === 0 ? null : 'user namespaces cannot be created here';
}

const missing = missingHere();
const here = await labHere();

describe.skipIf(missing !== null)(blockName('a computer that lacks something', missing), () => {
  let program: Program;
  let atoll: AtollCli;
  beforeAll(() => void (program = builtProgram()));
  afterAll(() => program?.remove());
  beforeEach(() => void (atoll = new AtollCli(program)));
  afterEach(() => atoll?.dispose());

  async function doctor(under: readonly string[]): Promise<Doctor> {
    const { exit, stdout, stderr } = await atoll.run(['doctor', '--json'], { under });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    return JSON.parse(stdout) as Doctor;
  }

  it('that forbids user namespaces: doctor names the switch, and a lab is refused with the remedy', async () => {
    const under = computer('ordinary', FORBIDDEN);
    const found = await doctor(under);
    expect(found).toMatchObject({ canRunLab: false, canRunVms: false });
    expect(checkOf(found, 'user_namespaces')).toMatchObject({
      state: 'missing',
      found: expect.stringContaining('user.max_user_namespaces'),
      remedy: { command: ['sysctl', '-w', expect.stringMatching(/^user\.max_user_namespaces=[1-9]/)], root: true },
    });
    await refusedLab(under, /doctor/);
  });

  it('without newuidmap: doctor names the package, and a lab is refused with the remedy', async () => {
    const under = computer('ordinary', without('newuidmap', 'newgidmap'));
    const found = await doctor(under);
    expect(found).toMatchObject({ canRunLab: false });
    expect(checkOf(found, 'newuidmap')).toMatchObject({ state: 'missing', remedy: { root: true } });
    expect(checkOf(found, 'newuidmap').remedy?.command?.join(' ')).toContain('uidmap');
    await refusedLab(under, /doctor/);
  });

  const noLab = here.networks;
  it.skipIf(noLab !== null)(
    blockName('without libvirt: networks work, VMs are refused, and doctor and host say why', noLab),
    async () => {
      const under = computer('root', without('libvirtd', 'virtlogd', 'virsh'));
      const found = await doctor(under);
      expect(found).toMatchObject({ canRunLab: true, canRunVms: false });
      expect(checkOf(found, 'libvirtd')).toMatchObject({ state: 'missing' });
      expect(checkOf(found, 'libvirtd').remedy?.command?.join(' ')).toContain('libvirt');

      const run = async (...args: string[]) => atoll.run(args, { under });
      expect(await run('host', 'add', 'lab', '--lab')).toMatchObject({ exit: 0 });
      expect(await run('network', 'add', 'blue', '--isolated', '--cluster', 'Default')).toMatchObject({ exit: 0 });
      expect((await run('network', 'check', 'blue')).stdout).toContain('isolated');
      expect((await run('host', 'show', 'lab')).stdout).toMatch(/libvirt is missing/);
      const refused = await run('vm', 'add', 'web', '--network', 'blue', '--start');
      expect(refused.exit).not.toBe(0);
      expect(refused.stderr).toMatch(/libvirt/);
    },
  );

  /** Refused as not supported, with words that lead on; the home is as usable as before. */
  async function refusedLab(under: readonly string[], hint: RegExp): Promise<void> {
    const { exit, stderr } = await atoll.run(['host', 'add', 'lab', '--lab'], { under });
    expect(exit).not.toBe(0);
    expect(stderr).toMatch(/error\[/);
    expect(stderr).toMatch(hint);
    expect(await atoll.run(['host', 'add', 'sim', '--simulated'], { under })).toMatchObject({ exit: 0 });
  }
});

function checkOf({ checks }: Doctor, id: string): DoctorCheck {
  const found = checks.find((check) => check.id === id);
  if (!found) throw new Error(`doctor has no check ${id}: ${checks.map((check) => check.id).join(', ')}`);
  return found;
}
