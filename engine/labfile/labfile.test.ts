import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';

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
    return answer.plan;
  };
  const text = async (): Promise<string> => (await t.client.labfile.export({ dataCenter: 'School' })).text;

  it('is made whole, its hosts up and its VMs running', async () => {
    expect(await apply(LAB)).toEqual([
      'add the data center "School"',
      'add the cluster "Default"',
      'add the isolated network "blue"',
      'add the network "lan"',
      'add the simulated host "one" to the cluster "Default" and bring it up',
      'add the VM "web"',
      'start the VM "web"',
      'add the VM "spare"',
    ]);
    await t.until(async () => (await t.client.vms.show({ vm: 'web' })).state === 'up');
    expect(await t.client.networks.show({ network: 'blue' })).toMatchObject({
      network: { mtu: 9000, isIsolated: true },
      attachments: [{ state: 'in_sync' }],
    });
    expect((await t.client.vms.show({ vm: 'spare' })).state).toBe('down');
  });

  it('is the same after export, apply to what is there, and export', async () => {
    await apply(LAB);
    const first = await text();
    expect(await t.client.labfile.apply({ text: first })).toMatchObject({
      job: null,
      plan: ['nothing: all is as the file says'],
    });
    expect(await text()).toBe(first);
  });

  it('has names in quotes that some readers of YAML would take for something else', async () => {
    for (const name of ['yes', 'off', '0123', 'null']) await t.client.networks.add({ name, isIsolated: true });
    const names = [
      ...(await t.client.labfile.export({ dataCenter: 'Default' })).text.matchAll(/ {2}- name: (.*)/g),
    ].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(['"yes"', '"off"', '"0123"', '"null"']));
  });

  it('is the same in another store', async () => {
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

  it('adopts by name, changes what differs, and leaves what it does not name', async () => {
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
      'add the isolated network "green"',
      'VM "spare": memory from 192 to 256 MiB',
      'add the vNIC "nic1" to the VM "spare"',
    ]);
    const networks = await t.client.networks.list({ dataCenter: 'School' });
    expect(networks.map(({ name }) => name)).toEqual(['blue', 'lan', 'mine', 'green']);
    const { vnics } = await t.client.vms.show({ vm: 'spare' });
    expect(vnics.map(({ name, linked }) => [name, linked])).toEqual([
      ['own', true],
      ['nic1', false],
    ]);
  });

  it('says what it would do, and does nothing in a dry run', async () => {
    const { preview, plan } = await t.client.labfile.apply({ text: LAB, dryRun: true });
    expect(preview?.summary).toEqual(plan);
    expect(await t.client.dataCenters.list()).toHaveLength(1);
    expect(await t.client.hosts.list({})).toEqual([]);
  });

  it.each([
    ['another kind of network', '  - { name: blue, isolated: false }\n', 'networks[0]', 'line 4'],
    ['a VLAN on an isolated one', '  - { name: blue, vlan: 3 }\n', 'networks[0]', 'line 4'],
    ['a cluster that is not there', '  - { name: red, clusters: [Nowhere] }\n', 'networks[0]', 'line 4'],
  ])('changes nothing at all for %s, and says where it stands', async (_, line, field, where) => {
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

  it('brings a way out and its forwards along', async () => {
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
    expect((await t.client.labfile.apply({ text: first })).plan).toEqual(['nothing: all is as the file says']);
  });
});
