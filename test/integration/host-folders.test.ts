import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Lab } from '../../hosts/lab/life';
import { ROOT_RUN } from '../../hosts/linux/root-run';
import { settleLeftSetup } from '../../hosts/linux/setup/setup';
import { LabShell } from '../../hosts/shells/lab';
import { prepareFolders, sharedFolders } from '../../hosts/shared/folders';
import { blockName } from '../conformance/hosts/kind';
import { labHere } from '../support/lab-here';

const { networks } = await labHere();
const missing = networks ?? (process.getuid?.() === 0 ? null : 'needs root');
const go = new AbortController().signal;
const STORE = randomUUID();
const folders = sharedFolders(STORE);
const ORDER = `/run/atoll/setup-${STORE.slice(-12)}`;

/** QEMU's account, and a host as an older version left it. $1: disks, $2: files, $3: how orders are named. */
const OLD_HOST = `
mkdir -p /run/own && grep -v ^libvirt-qemu: /etc/passwd >/run/own/passwd && echo 'libvirt-qemu:x:64055:64055::/:/bin/sh' >>/run/own/passwd
mount --bind /run/own/passwd /etc/passwd
chmod 755 /run/atoll && chown 64055 /run/atoll
echo works >/run/atoll/kvm; mkdir /run/atoll/dhcp && echo 4711 >/run/atoll/dhcp/eth7
mkdir "$3-ours" && : >"$3-ours/armed" && echo ok >"$3-ours/result"
mkdir -p "$1/vm" "$2" && chmod 711 "$1" "$1/vm" "$2"
echo disk >"$1/vm/disk.qcow2"; echo base >"$2/base"; chmod 644 "$1/vm/disk.qcow2" "$2/base"
`;

/** Who is on a host without being root: other people, and QEMU, out of which a guest may have broken. */
describe.skipIf(missing !== null)(blockName('the folders on a host', missing), () => {
  let home: string;
  let lab: Lab;
  let shell: LabShell;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'atoll-folders-'));
    lab = new Lab(home, randomUUID());
    await lab.start(go);
    shell = new LabShell(lab);
    await shell.script(OLD_HOST, [folders.disks, folders.files, ORDER]);
    await prepareFolders(shell, folders, go);
  });
  afterAll(async () => {
    await lab?.remove(go);
    rmSync(home, { recursive: true, force: true });
  });
  const as = async (uid: 64055 | 65534, script: string, ...args: string[]): Promise<string> => {
    const drop = ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--'];
    return (await shell.run([...drop, 'sh', '-c', script, 'sh', ...args], { okExits: 'any' })).stdout.trim();
  };
  const read = async (script: string, ...args: string[]): Promise<string> =>
    (await shell.script(script, args)).stdout.trim();

  it('show disks and brought files to nobody else, also those of an older version', async () => {
    for (const path of [`${folders.disks}/vm/disk.qcow2`, `${folders.files}/base`])
      expect(await as(65534, 'cat "$1"', path), path).toBe('');
    expect(await as(64055, 'cat "$1"', `${folders.files}/base`)).toBe('base');
    expect(await as(64055, 'echo x >>"$1"; cat "$2"', `${folders.files}/base`, `${folders.disks}/vm/disk.qcow2`)).toBe(
      '',
    );
    expect(
      await read(
        'stat -c %a "$1" "$2" "$3"',
        `${folders.disks}/vm/disk.qcow2`,
        `${folders.disks}/vm`,
        `${folders.files}/base`,
      ),
    ).toBe('600\n2710\n640');
  });

  it('give QEMU a place for its sockets, and nothing that root reads, runs or writes', async () => {
    expect(await as(64055, 'echo mine >/run/atoll/x.vnc && rm /run/atoll/x.vnc && echo made')).toBe('made');
    await shell.script(': >/run/atoll/root.serial', []);
    const tries = [
      'rm -f /run/atoll/root.serial; mv /run/atoll/root.serial /run/atoll/other',
      `ls ${ROOT_RUN}; echo dies >${ROOT_RUN}/kvm; ln -s /x ${ROOT_RUN}/kvm.new`,
      `rm /run/atoll/dhcp; mv /run/atoll/dhcp /run/atoll/own; mv ${ROOT_RUN} /run/own`,
      'chmod 777 /run/atoll',
    ];
    for (const script of tries) expect(await as(64055, script)).toBe('');
    expect(await read(`ls -A ${ROOT_RUN}; stat -c '%u %a' /run/atoll ${ROOT_RUN}; ls /run/atoll`)).toBe(
      `dhcp\n0 1730\n0 700\ndhcp\nroot.serial\n${ORDER.split('/').at(-1)}-ours`,
    );
    expect(await as(65534, 'ls /run/atoll; ls /run/atoll/dhcp; : >/run/atoll/x && echo made')).toBe('');
  });

  it('take what an older version left along, as far as it was root that made it', async () => {
    expect(await read(`cat ${ROOT_RUN}/dhcp/eth7 /run/atoll/dhcp/eth7`)).toBe('4711\n4711');
    expect(
      await as(64055, 'mkdir "$1-planted" && cd "$1-planted" && : >armed && echo ok >result && echo planted', ORDER),
    ).toBe('planted');
    await settleLeftSetup(shell, STORE, go);
    expect(await read('cd "$1-planted" && ls; cd "$1-ours" && ls', ORDER)).toBe('armed\nresult\nconfirmed\nresult');
  });

  it('are the same when they are made again', async () => {
    await prepareFolders(shell, folders, go);
    expect(await read(`cat /run/atoll/dhcp/eth7; stat -c '%u %a' /run/atoll ${ROOT_RUN}`)).toBe('4711\n0 1730\n0 700');
  });
});
