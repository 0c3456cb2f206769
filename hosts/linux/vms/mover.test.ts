import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VmFile, VmPack, VmSpec } from '../../../engine/ports/host-driver';
import type { RunOptions, RunResult } from '../../shell';
import { LocalShell } from '../../shells/local';
import { LinuxMover } from './mover';

const go = new AbortController().signal;
const ID = '0193a1b2-0000-7000-8000-0000000000a1';
const CONTENT = 'from the other host';
const FILE: VmFile = { name: 'own.raw', path: '/elsewhere/own.raw', bytes: CONTENT.length, allocated: 4096 };
const PACK: VmPack = { definition: JSON.stringify({ xml: null, externals: [] }), files: [FILE], parts: [] };

/** This computer, with a libvirt without VMs. */
class WithoutVms extends LocalShell {
  override run(argv: readonly string[], options?: RunOptions): Promise<RunResult> {
    if (argv[0] !== 'virsh') return super.run(argv, options);
    return Promise.resolve({ exit: 1, stdout: '', stderr: 'error: failed to get domain' });
  }
}

/** Someone on the host creates links where root receives a VM: nothing is read, written or removed through any of them. */
describe('links in the receiving folder', () => {
  let root: string;
  let disks: string;
  let victim: string;
  let mover: LinuxMover;
  const spec: VmSpec = {
    id: ID,
    name: 'web1',
    memoryMiB: 64,
    cpus: 1,
    boot: { kind: 'disk', path: FILE.path, format: 'raw' },
    vnics: [],
  };
  async function* content(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(CONTENT);
  }
  const at = (...names: string[]): string => join(disks, ...names);
  const link = (target: string, ...names: string[]): void => {
    rmSync(at(...names), { recursive: true, force: true });
    symlinkSync(target, at(...names));
  };
  const receive = (): Promise<string> => mover.receive(ID, FILE, content(), go);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atoll-mover-'));
    disks = join(root, 'disks');
    victim = join(root, 'victim');
    mkdirSync(disks, { mode: 0o710 });
    mkdirSync(victim, { mode: 0o700 });
    writeFileSync(join(victim, 'passwd'), 'untouched');
    mover = new LinuxMover({
      shell: new WithoutVms(),
      diskDir: disks,
      broughtDir: '/nowhere',
      prepare: () => Promise.resolve(),
      baseImage: () => Promise.reject(new Error('no image is asked for')),
      defineFrom: () => Promise.resolve(),
      requireOurs: () => undefined,
      serialLog: () => join(root, 'log'),
    });
  });
  afterEach(() => {
    expect(readdirSync(victim)).toEqual(['passwd']);
    expect(readFileSync(join(victim, 'passwd'), 'utf8')).toBe('untouched');
    rmSync(root, { recursive: true, force: true });
  });

  const refusal = { code: 'CONFLICT', rule: 'MOVE', field: 'host' };

  it('do not exist by default: the VM is received', async () => {
    await mover.expect(spec, PACK, go);
    expect(await receive()).toBe(createHash('sha256').update(CONTENT).digest('hex'));
    await mover.land(spec, PACK, go);
    expect(readFileSync(at(ID, FILE.name), 'utf8')).toBe(CONTENT);
  });

  it('are refused in the parent folder, before and after it was created', async () => {
    link(victim, '.incoming');
    await expect(mover.expect(spec, PACK, go)).rejects.toMatchObject(refusal);
    rmSync(at('.incoming'));
    await mover.expect(spec, PACK, go);
    link(victim, '.incoming');
    await expect(receive()).rejects.toMatchObject(refusal);
    await expect(mover.land(spec, PACK, go)).rejects.toMatchObject({
      code: expect.stringMatching(/CONFLICT|BAD_INPUT/) as string,
    });
  });

  it("are replaced in the VM's folder by a new folder, and refused later", async () => {
    mkdirSync(at('.incoming'), { mode: 0o700 });
    link(victim, '.incoming', ID);
    await mover.expect(spec, PACK, go);
    link(victim, '.incoming', ID);
    await expect(receive()).rejects.toMatchObject(refusal);
    await expect(mover.land(spec, PACK, go)).rejects.toMatchObject({
      code: expect.stringMatching(/CONFLICT|BAD_INPUT/) as string,
    });
  });

  it('are refused as files: no existing file is written to, nor through a link to one', async () => {
    for (const plant of [
      () => symlinkSync(join(victim, 'passwd'), at('.incoming', ID, FILE.name)),
      () => symlinkSync(join(victim, 'new'), at('.incoming', ID, FILE.name)),
      () => writeFileSync(at('.incoming', ID, FILE.name), 'planted'),
    ]) {
      await mover.expect(spec, PACK, go);
      plant();
      await expect(receive()).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
    }
  });

  it('are not landed in place of a disk or another file', async () => {
    const vars: VmFile = { ...FILE, name: 'vars.fd', path: '/elsewhere/vars.fd' };
    const pack = { ...PACK, files: [FILE, vars] };
    for (const [file, refused] of [
      [FILE, { code: 'BAD_INPUT', field: 'vm' }],
      [vars, refusal],
    ] as const) {
      await mover.expect(spec, pack, go);
      for (const each of pack.files) await mover.receive(ID, each, content(), go);
      link(join(victim, 'passwd'), '.incoming', ID, file.name);
      await expect(mover.land(spec, pack, go)).rejects.toMatchObject(refused);
      expect(existsSync(at(ID))).toBe(false);
    }
  });

  it('are not landed as folders or additional entries beside the files', async () => {
    await mover.expect(spec, PACK, go);
    await receive();
    link(victim, '.incoming', ID, 'more');
    await expect(mover.land(spec, PACK, go)).rejects.toMatchObject(refusal);
  });

  it('are removed in place of the VM, without their target', async () => {
    link(victim, ID);
    await mover.expect(spec, PACK, go);
    link(victim, ID);
    await receive();
    await mover.land(spec, PACK, go);
    expect(readFileSync(at(ID, FILE.name), 'utf8')).toBe(CONTENT);
  });

  it('are not followed when discarding', async () => {
    link(victim, ID);
    link(victim, '.incoming');
    await mover.discard(ID, go);
    expect(existsSync(at(ID))).toBe(false);
  });
});
