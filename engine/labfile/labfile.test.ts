import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { textOf } from '../../english';

const LAB = `atoll: 1
dataCenter: School
comment: Room 12
clusters:
  - name: Default
networks:
  - name: blue
    mtu: 9000
    clusters: [Default]
  - name: lan
    isolated: false
    vlan: 7
    clusters: []
hosts:
  - name: one
    kind: simulated
    delayMs: 0
vms:
  - name: web
    host: one
    vnics:
      - name: nic1
        network: blue
    running: true
  - name: spare
    cpus: 2
`;

describe('a data center as a file', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
  });
  afterEach(() => t.close());

  const apply = async (text: string): Promise<string[]> => {
    const answer = await t.client.labfile.apply({ text });
    await t.done(answer);
    return answer.plan.map(textOf);
  };
  const text = async (): Promise<string> => (await t.client.labfile.export({ dataCenter: 'School' })).text;

  it('is created completely, with hosts up and VMs running', async () => {
    expect(await apply(LAB)).toEqual([
      'create the data center "School"',
      'create the cluster "Default"',
      'create the isolated network "blue"',
      'create the network "lan"',
      'add the simulated host "one" to the cluster "Default", connect it and deploy the cluster\'s isolated networks',
      'create the VM "web" (192 MiB, 1 vNIC)',
      'start the VM "web"',
      'create the VM "spare" (192 MiB, 0 vNICs)',
    ]);
    await t.until(async () => (await t.client.vms.show({ vm: 'web' })).state === 'up');
    expect(await t.client.networks.show({ network: 'blue' })).toMatchObject({
      network: { mtu: 9000, isIsolated: true },
      attachments: [{ state: 'in_sync' }],
    });
    expect((await t.client.vms.show({ vm: 'spare' })).state).toBe('down');
  });

  it('is identical after export, applying it to the same data center, and export', async () => {
    await apply(LAB);
    const first = await text();
    expect(await t.client.labfile.apply({ text: first })).toMatchObject({
      job: null,
      plan: [{ type: 'preview.labfile.nothing', params: {} }],
    });
    expect(await text()).toBe(first);
  });

  it('quotes names that some YAML parsers would misread', async () => {
    for (const name of ['yes', 'off', '0123', 'null']) await t.client.networks.add({ name, isIsolated: true });
    const names = [
      ...(await t.client.labfile.export({ dataCenter: 'Default' })).text.matchAll(/ {2}- name: (.*)/g),
    ].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(['"yes"', '"off"', '"0123"', '"null"']));
  });

  it('is identical in another store', async () => {
    await apply(LAB);
    const first = await text();
    const other = new TestEngine();
    await other.engine.start();
    try {
      await other.done(other.client.labfile.apply({ text: first }));
      expect((await other.client.labfile.export({ dataCenter: 'School' })).text).toBe(first);
    } finally {
      await other.close();
    }
  });

  it('adopts by name, updates differences, and keeps what it does not name', async () => {
    await apply(LAB);
    await t.client.networks.add({ name: 'mine', isIsolated: true, dataCenter: 'School' });
    await t.client.vnics.add({ vm: 'spare', name: 'own' });
    const plan = await apply(`atoll: 1
dataCenter: School
networks:
  - { name: blue, mtu: 1400, comment: smaller }
  - { name: green }
vms:
  - name: spare
    memoryMiB: 256
    vnics: [{ name: nic1, network: green, linked: false }]
`);
    expect(plan).toEqual([
      'change the comment of "blue"',
      'change the MTU of "blue" from 9000 to 1400',
      'create the isolated network "green"',
      'change the VM "spare": memory from 192 to 256 MiB',
      'add nic1 to "spare" on "green"',
    ]);
    const networks = await t.client.networks.list({ dataCenter: 'School' });
    expect(networks.map(({ name }) => name)).toEqual(['blue', 'lan', 'mine', 'green']);
    const { vnics } = await t.client.vms.show({ vm: 'spare' });
    expect(vnics.map(({ name, linked }) => [name, linked])).toEqual([
      ['own', true],
      ['nic1', false],
    ]);
  });

  it('describes what it would do in a dry run, and does nothing', async () => {
    const { preview, plan } = await t.client.labfile.apply({ text: LAB, dryRun: true });
    expect(preview?.summary).toEqual(plan);
    expect(await t.client.dataCenters.list()).toHaveLength(1);
    expect(await t.client.hosts.list({})).toEqual([]);
  });

  it.each([
    ['another kind of network', '  - { name: blue, isolated: false }\n', 'networks[0]', 'line 4'],
    ['a VLAN on an isolated one', '  - { name: blue, vlan: 3 }\n', 'networks[0]', 'line 4'],
    ['a cluster that is not there', '  - { name: red, clusters: [Nowhere] }\n', 'networks[0]', 'line 4'],
  ])('changes nothing at all for %s, and names the line', async (_, line, field, where) => {
    await apply(LAB);
    const before = await text();
    const bad = `atoll: 1\ndataCenter: School\nnetworks:\n${line}  - name: new\n`;
    await expect(t.client.labfile.apply({ text: bad })).rejects.toMatchObject({
      data: { field },
      message: expect.stringContaining(where) as string,
    });
    expect(await text()).toBe(before);
  });

  it.each([
    ['a network that is not there', 'vms: [{ name: x, vnics: [{ name: nic1, network: gone }] }]'],
    ['a running VM with another network', 'vms: [{ name: web, vnics: [{ name: nic1, network: null }] }]'],
    ['another boot', 'vms: [{ name: web, boot: { kind: iso, path: /x.iso } }]'],
    ['another kind of host', 'hosts: [{ name: one, kind: lab }]'],
  ])('is refused for %s', async (_, line) => {
    await apply(LAB);
    await t.until(async () => (await t.client.vms.show({ vm: 'web' })).state === 'up');
    const error = t.client.labfile.apply({ text: `atoll: 1\ndataCenter: School\n${line}\n` });
    await expect(error).rejects.toMatchObject({
      message: expect.stringMatching(/^line 3: (vms|hosts)\[0\]: /) as string,
    });
  });

  const FILES = `atoll: 1
dataCenter: School
hosts: [{ name: one, kind: simulated, delayMs: 0 }]
vms:
  - { name: inside, boot: { kind: disk, path: /labs/a/disk.qcow2 } }
  - name: stealer
    boot: { kind: disk, path: /etc/shadow }
  - { name: cd, boot: { kind: iso, path: /images/x.iso } }
  - { name: own, boot: { kind: kernel, kernel: /labs/a/vmlinuz, initrd: /boot/initrd, append: "" } }
`;

  it('adds no VM with files outside the folder of the lab file, and names them', async () => {
    for (const dryRun of [true, false])
      await expect(t.client.labfile.apply({ text: FILES, folder: '/labs/a', dryRun })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message:
          'line 7: vms[1].boot.path: The lab file names /etc/shadow, which is not in its own folder, /labs/a; ' +
          'line 8: vms[2].boot.path: /images/x.iso; line 9: vms[3].boot.initrd: /boot/initrd',
        data: {
          field: 'vms[1].boot.path',
          remedy: { action: { procedure: 'labfile.apply', input: { allowFiles: true } } },
        },
      });
    // Without a folder no file is beside the lab file.
    await expect(t.client.labfile.apply({ text: FILES })).rejects.toThrow(/^line 5: vms\[0\]\.boot\.path: /);
    expect(await t.client.dataCenters.list()).toHaveLength(1);
  });

  it('does not open a file that it refuses', async () => {
    let asked = '';
    t.fleet.noFile = (path) => Promise.resolve(((asked += `${path} `), null));
    await expect(t.client.labfile.apply({ text: FILES, folder: '/labs/a' })).rejects.toThrow();
    expect(asked).toBe('/labs/a/disk.qcow2 ');
  });

  it('lists in its plan the files that new VMs get, and their use', async () => {
    const { plan } = await t.client.labfile.apply({ text: FILES, allowFiles: true, dryRun: true });
    expect(plan.map(textOf).filter((line) => line.startsWith('use '))).toEqual([
      'use /labs/a/disk.qcow2 in place as the disk of "inside": its guest reads and writes it',
      'use /etc/shadow in place as the disk of "stealer": its guest reads and writes it',
      'use /images/x.iso as the CD image of "cd": its guest reads it',
      'use /labs/a/vmlinuz as the kernel of "own": its guest reads it',
      'use /boot/initrd as the initrd of "own": its guest reads it',
    ]);
  });

  it('names the SSH host that a file is copied to', async () => {
    const how = { kind: 'ssh' as const, address: 'host.invalid', auth: 'default' as const };
    await t.client.hosts.add({ name: 'far', how });
    const cd = (host: string) => `atoll: 1
dataCenter: Default
vms:
  - { name: cd, ${host}boot: { kind: iso, path: /images/x.iso } }
  - { name: hd, ${host}boot: { kind: disk, path: /d.raw } }
`;
    const files = async (text: string) =>
      (await t.client.labfile.apply({ text, allowFiles: true, dryRun: true })).plan
        .map(textOf)
        .filter((line) => /^use/.test(line));
    expect(await files(cd('host: far, '))).toEqual([
      'use /images/x.iso as the CD image of "cd": its guest reads it, copied to the host "far" unless that host has such a file',
      'use /d.raw on the host "far" in place as the disk of "hd": its guest reads and writes it',
    ]);
    expect(await files(cd(''))).toEqual([
      'use /images/x.iso as the CD image of "cd": its guest reads it, copied to a host over SSH that it starts on unless that host has such a file',
      'use /d.raw in place as the disk of "hd": its guest reads and writes it',
    ]);
  });

  it('is applied again without confirmation if the VMs exist', async () => {
    await t.done(t.client.labfile.apply({ text: FILES, allowFiles: true }));
    expect((await t.client.labfile.apply({ text: FILES })).plan).toEqual([
      { type: 'preview.labfile.nothing', params: {} },
    ]);
  });

  it('includes an uplink and its forwards', async () => {
    const lab = `atoll: 1
dataCenter: School
hosts: [{ name: laptop, kind: lab, outside: true }]
vms:
  - name: gw
    host: laptop
    vnics: [{ name: nic1, network: outside }]
    forwards: [{ guestPort: 80, hostPort: 18080 }]
`;
    await apply(lab);
    expect(await t.client.forwards.list({ vm: 'gw' })).toMatchObject([{ hostPort: 18080, guestPort: 80 }]);
    const first = await text();
    expect(first).toContain('outside: true');
    expect((await t.client.labfile.apply({ text: first })).plan).toEqual([
      { type: 'preview.labfile.nothing', params: {} },
    ]);
  });
});
