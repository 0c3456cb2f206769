import { describe, expect, it } from 'vitest';
import type { VmSpec, VnicSpec } from '../../../engine/ports/host-driver';
import { domainName, fallbackName, guestHostname } from './domain-name';
import { domainXml, type DomainContext } from './domain-xml';
import { metadataXml, storeOf, vnicsInMetadata } from './mark-xml';
import { editInterface, findInterface, interfaceXml, serialize } from './interface-xml';
import { elements, isSameXml, loadXml, text, withXml } from './xml';

await loadXml();

const VM = '11111111-2222-4333-8444-555555555555';
const STORE = '99999999-2222-4333-8444-555555555555';
const MAC = '56:6f:00:00:00:01';
const vnic = { id: 'aaaaaaaa-2222-4333-8444-555555555555', mac: MAC, bridge: 'blue', linked: true, mtu: 1400 };
const spec: VmSpec = {
  id: VM,
  name: 'web',
  memoryMiB: 192,
  cpus: 2,
  boot: { kind: 'tiny', addresses: [] },
  vnics: [vnic],
};
const tiny: DomainContext = {
  storeId: STORE,
  accelerated: false,
  boot: { kernel: { path: '/g/vmlinuz', initrd: '/g/initrd.gz', append: 'console=ttyS0' }, disks: [], bare: true },
  folder: '/lab/disks/web',
  serialLog: '/lab/log/serial/web.log',
};
const disk: DomainContext = {
  ...tiny,
  boot: { kernel: null, disks: [{ role: 'disk', path: '/d/a.qcow2', format: 'qcow2' }], bare: false },
};

const read = <T>(xml: string, use: (root: Parameters<typeof text>[0]) => T): T => withXml(xml, ({ root }) => use(root));
const at = (xml: string, xpath: string): string | null => read(xml, (root) => text(root, xpath));
const count = (xml: string, xpath: string): number => read(xml, (root) => elements(root, xpath).length);

describe('a new definition', () => {
  const xml = domainXml(null, spec, tiny);

  it('describes the VM', () => {
    expect(at(xml, '@type')).toBe('qemu');
    expect(at(xml, 'name')).toBe('web');
    expect(at(xml, 'uuid')).toBe(VM);
    expect([at(xml, 'memory'), at(xml, 'memory/@unit')]).toEqual([String(192 * 1024), 'KiB']);
    expect(at(xml, 'vcpu')).toBe('2');
    expect(at(xml, 'os/kernel')).toBe('/g/vmlinuz');
    expect(at(xml, 'os/cmdline')).toBe('console=ttyS0');
  });

  it("has each vNIC in libvirt's format", () => {
    expect(read(xml, (root) => serialize(findInterface(root, MAC)!))).toBe(
      '<interface type="bridge"><mac address="56:6f:00:00:00:01"/><source bridge="blue"/><model type="virtio"/>' +
        '<mtu size="1400"/><link state="up"/><rom enabled="no"/></interface>',
    );
  });

  it('has a serial console on a socket and in a log, and opens no port', () => {
    expect(at(xml, 'devices/serial/source/@path')).toBe(`/run/atoll/${VM}.serial`);
    expect(at(xml, 'devices/serial/log/@file')).toBe('/lab/log/serial/web.log');
    expect(at(xml, 'devices/serial/log/@append')).toBe('on');
    const withScreen = domainXml(null, spec, disk);
    expect(at(withScreen, 'devices/graphics/@socket')).toBe(`/run/atoll/${VM}.vnc`);
    expect(withScreen).not.toMatch(/port=['"]?-?\d|listen=|type=.tcp/);
  });

  it('has a display with an absolute pointer, unless it is a tiny guest', () => {
    const withScreen = domainXml(null, spec, disk);
    expect(at(withScreen, 'devices/input/@type')).toBe('tablet');
    expect(at(withScreen, 'devices/controller[@type="usb"]/@model')).toBe('qemu-xhci');
    expect(count(withScreen, 'devices/controller[@model="pcie-root-port"]')).toBe(14);
    expect(count(withScreen, 'devices/channel/target[@name="org.qemu.guest_agent.0"]')).toBe(1);
    expect(count(xml, 'devices/graphics | devices/video | devices/input')).toBe(0);
    expect(at(xml, 'devices/controller[@type="usb"]/@model')).toBe('none');
  });

  it('has free slots for hotplugged vNICs', () => {
    expect(count(xml, 'devices/controller[@model="pcie-root-port"]')).toBe(9);
    expect(count(xml, 'devices/channel')).toBe(0);
  });

  it('has the mark of its store', () => {
    expect(read(xml, storeOf)).toBe(STORE);
    expect(read(xml, vnicsInMetadata)).toEqual([{ id: vnic.id, mac: MAC }]);
  });

  it('boots an overlay, with its seed as a CD', () => {
    const disks = [disk.boot.disks[0]!, { role: 'seed', path: '/d/seed.iso', format: 'raw' } as const];
    const image = domainXml(null, spec, { ...disk, accelerated: true, boot: { kernel: null, disks, bare: false } });
    expect(at(image, '@type')).toBe('kvm');
    expect(at(image, 'cpu/@mode')).toBe('host-passthrough');
    expect(at(image, 'os/kernel')).toBeNull();
    expect(at(image, 'devices/disk[@device="disk"]/driver/@type')).toBe('qcow2');
    expect(at(image, 'devices/disk[@device="disk"]/boot/@order')).toBe('1');
    expect(at(image, 'devices/disk[@device="cdrom"]/source/@file')).toBe('/d/seed.iso');
    expect(count(image, 'devices/disk[@device="cdrom"]/boot')).toBe(0);
  });
});

describe('the backing chain of a disk', () => {
  const on = (xml: string) => read(xml, (root) => elements(root, 'devices/disk/backingStore').map(serialize));
  const overlay: DomainContext = {
    ...disk,
    boot: {
      ...disk.boot,
      disks: [{ role: 'disk', path: '/d/a.qcow2', format: 'qcow2', backing: { path: '/i/base', format: 'raw' } }],
    },
  };
  const chain = '<backingStore type="file"><format type="raw"/><source file="/i/base"/><backingStore/></backingStore>';

  it("is explicitly empty: the disk's header is not trusted", () => {
    const disks = [disk.boot.disks[0]!, { role: 'seed', path: '/d/seed.iso', format: 'raw' } as const];
    expect(on(domainXml(null, spec, { ...disk, boot: { ...disk.boot, disks } }))).toEqual([
      '<backingStore/>',
      '<backingStore/>',
    ]);
  });

  it('is exactly the base of an overlay', () => {
    expect(on(domainXml(null, spec, overlay))).toEqual([chain]);
  });

  it('is fixed in older definitions, also if they say something else', () => {
    const silent = domainXml(null, spec, overlay).replace(chain, '');
    expect(on(silent)).toEqual([]);
    expect(on(domainXml(silent, spec, overlay))).toEqual([chain]);
    expect(on(domainXml(silent, spec, disk))).toEqual(['<backingStore/>']);
    const false_ = domainXml(null, spec, disk)
      .replace('<backingStore/>', chain.replace('/i/base', '/etc/shadow'))
      .replace('type="qcow2"', 'type="raw"');
    const repaired = domainXml(false_, spec, disk);
    expect(on(repaired)).toEqual(['<backingStore/>']);
    expect(at(repaired, 'devices/disk/driver/@type')).toBe('qcow2');
  });
});

describe('an existing definition', () => {
  const foreign =
    '<!-- by hand --><description>mine &amp; only mine</description>' +
    '<metadata><other:thing xmlns:other="urn:other">kept</other:thing></metadata>';
  const libvirts = (xml: string): string =>
    xml
      .replace('<metadata>', `${foreign.replace('</metadata>', '')}`)
      .replace(
        '</devices>',
        '<watchdog model="itco" action="reset"/><interface type="network"><mac address="52:54:00:AA:BB:CC"/><source network="default"/></interface></devices>',
      )
      .replace('<model type="virtio"/>', '<model type="virtio"/><coalesce><rx><frames max="7"/></rx></coalesce>');
  const existing = libvirts(domainXml(null, spec, tiny));

  it('keeps elements that Atoll does not know', () => {
    const xml = domainXml(existing, { ...spec, memoryMiB: 256 }, tiny);
    expect(xml).toContain('<!-- by hand -->');
    expect(at(xml, 'description')).toBe('mine & only mine');
    expect(at(xml, 'metadata/*[local-name()="thing"]')).toBe('kept');
    expect(at(xml, 'devices/watchdog/@action')).toBe('reset');
    expect(at(xml, 'devices/interface[@type="network"]/source/@network')).toBe('default');
    expect(at(xml, 'devices/interface/coalesce/rx/frames/@max')).toBe('7');
    expect(at(xml, 'memory')).toBe(String(256 * 1024));
  });

  it('says the same in the words of libvirt: other quotes, another order of different elements', () => {
    const one = '<disk type="file" device="disk"><source file="/a"/><driver name="qemu"/><alias>x</alias></disk>';
    const same =
      "<disk device='disk' type='file'>\n  <driver name='qemu'/>\n  <source file='/a'/>\n<alias>x</alias></disk>";
    expect(isSameXml(one, same)).toBe(true);
    for (const other of ['type="block"', '', 'type="file" bus="virtio"'])
      expect(isSameXml(one, same.replace("type='file'", other))).toBe(false);
    expect(isSameXml(one, same.replace('>x<', '>y<'))).toBe(false);
    expect(isSameXml(one, same.replace('<alias>', 'between<alias>'))).toBe(false);
    const two = (first: string, second: string): string => `<d><i n="${first}"/><j/><i n="${second}"/></d>`;
    expect(isSameXml(two('1', '2'), two('2', '1'))).toBe(false);
    expect(isSameXml('<a xmlns="urn:a"/>', '<a xmlns="urn:b"/>')).toBe(false);
  });

  it('is stable when updated twice', () => {
    const once = domainXml(existing, spec, tiny);
    expect(domainXml(once, spec, tiny)).toBe(once);
  });

  it('keeps its name while the title follows the VM', () => {
    const xml = domainXml(existing, { ...spec, name: 'shop' }, tiny);
    expect([at(xml, 'name'), at(xml, 'title')]).toEqual(['web', 'shop']);
  });

  it('loses a removed vNIC, gains a new one, and moves one', () => {
    const other = { ...vnic, id: 'bbbbbbbb-2222-4333-8444-555555555555', mac: '56:6f:00:00:00:02', bridge: 'green' };
    const gained = domainXml(
      existing,
      { ...spec, vnics: [{ ...vnic, bridge: 'green', linked: false, mtu: 9000 }, other] },
      tiny,
    );
    expect(at(gained, `devices/interface[mac/@address="${MAC}"]/source/@bridge`)).toBe('green');
    expect(at(gained, `devices/interface[mac/@address="${MAC}"]/link/@state`)).toBe('down');
    expect(at(gained, `devices/interface[mac/@address="${MAC}"]/mtu/@size`)).toBe('9000');
    const lost = domainXml(gained, { ...spec, vnics: [other] }, tiny);
    expect(read(lost, (root) => findInterface(root, MAC))).toBeNull();
    expect(count(lost, 'devices/interface')).toBe(2);
    expect(read(lost, vnicsInMetadata)).toEqual([{ id: other.id, mac: other.mac }]);
  });

  it('updates its kernel with the guest, and its accelerator with the host', () => {
    const xml = domainXml(existing, spec, {
      ...tiny,
      accelerated: true,
      boot: { ...tiny.boot, kernel: { path: '/new', initrd: null, append: '' } },
    });
    expect([at(xml, '@type'), at(xml, 'os/kernel'), at(xml, 'os/initrd'), at(xml, 'os/cmdline')]).toEqual([
      'kvm',
      '/new',
      null,
      null,
    ]);
  });

  it('is refused with a DOCTYPE, or if it is not XML', () => {
    const evil = `<!DOCTYPE domain [<!ENTITY x SYSTEM "file:///etc/passwd">]><domain><name>&x;</name></domain>`;
    for (const bad of [evil, '<domain>', 'error: no such domain', '']) {
      expect(() => domainXml(bad, spec, tiny)).toThrow(expect.objectContaining({ code: 'HOST_COMMAND_FAILED' }));
    }
  });
});

describe('a hostile name', () => {
  it.each([
    '`;$(reboot)`',
    `"'<>&]]>`,
    '../../etc',
    '-rf',
    '--all',
    '🏝 island',
    '.',
    '..',
    'a'.repeat(256),
    '<domain/>',
    'x y',
  ])('%j is always text, and never a domain name', (name) => {
    const xml = domainXml(null, { ...spec, name }, tiny);
    expect(at(xml, 'title')).toBe(name);
    expect(at(xml, 'name')).toBe(fallbackName(VM));
    expect(count(xml, '//domain')).toBe(1);
  });

  it('is used unchanged if it is plain', () => {
    for (const plain of ['web', 'web-1', 'Web_1.lan', '1']) expect(domainName(VM, plain)).toBe(plain);
  });

  it.each([
    ['Web Server', 'web-server'],
    ['Ünïcödé', 'u-ni-co-de'],
    ['🏝', 'vm'],
    ['-;$(reboot)', 'reboot'],
    ['a'.repeat(100), 'a'.repeat(63)],
  ])('%j becomes the host name %j', (name, hostname) => {
    expect(guestHostname(name.replaceAll('\u0308', ''))).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    if (!name.includes('Ü')) expect(guestHostname(name)).toBe(hostname);
  });
});

describe('a vNIC', () => {
  it('without a network is in the bridge that is never up', () => {
    expect(interfaceXml({ ...vnic, bridge: null })).toContain('<source bridge="atoll.none"/>');
  });

  it("is moved and unlinked without losing libvirt's own settings", () => {
    const live = `<domain><devices><interface type="bridge"><mac address="${MAC.toUpperCase()}"/><source bridge="blue" portid="x"/>
      <target dev="vnet0"/><model type="virtio"/><alias name="net0"/><address type="pci" bus="0x01"/></interface></devices></domain>`;
    const edited = withXml(live, ({ root }) => {
      const found = findInterface(root, MAC)!;
      editInterface(found, { ...vnic, bridge: 'green', linked: false });
      return serialize(found);
    });
    expect(at(edited, 'source/@bridge')).toBe('green');
    expect(at(edited, 'source/@portid')).toBeNull();
    expect(at(edited, 'link/@state')).toBe('down');
    expect([at(edited, 'target/@dev'), at(edited, 'alias/@name'), at(edited, 'address/@bus')]).toEqual([
      'vnet0',
      'net0',
      '0x01',
    ]);
  });

  it('is written for virsh without a namespace, which virsh adds', () => {
    expect(metadataXml(STORE, VM, [vnic])).toBe(
      `<domain store="${STORE}" vm="${VM}"><vnic id="${vnic.id}" mac="${MAC}"/></domain>`,
    );
  });

  describe('of an imported VM', () => {
    const others = ['52:54:00:00:00:99'];
    const foreign = `<domain type="kvm" id="7"><name>own</name><uuid>${VM}</uuid><title>Their &lt;VM&gt;</title>
  <metadata><o:note xmlns:o="urn:o">keep</o:note></metadata><memory unit="KiB">200001</memory><vcpu current="1">2</vcpu>
  <devices><interface type="bridge"><mac address="${MAC.toUpperCase()}"/><source bridge="net0"/><model type="e1000"/></interface>
  <interface type="network"><mac address="${others[0]}"/><source network="default"/></interface></devices></domain>`;
    const imported = (vnics: readonly VnicSpec[], had = foreign): string => {
      const spec = { id: VM, name: 'ours', memoryMiB: 1, cpus: 1, boot: { kind: 'imported', others } as const, vnics };
      const boot = { kernel: null, disks: [], bare: false };
      return domainXml(had, spec, { storeId: STORE, accelerated: false, boot, folder: '/f', serialLog: '' });
    };
    const unmarked = (xml: string): string => xml.replace(/<atoll:domain[\s\S]*<\/atoll:domain>/, '').trim();
    const onNet0 = { ...vnic, bridge: 'net0', linked: true };

    it('only gains our mark if everything is already as desired', () => {
      const xml = imported([onNet0]);
      expect(unmarked(xml)).toBe(foreign);
      expect(xml).toContain(`store="${STORE}" vm="${VM}" kept="yes"`);
      expect(imported([onNet0], xml)).toBe(xml);
    });

    it('moves, adds and removes vNICs, and changes nothing else', () => {
      const moved = imported([{ ...onNet0, bridge: 'net1', linked: false }]);
      expect(unmarked(moved)).toBe(
        foreign
          .replace('<source bridge="net0"/>', '<source bridge="net1"/>')
          .replace('<model type="e1000"/></interface>', '<model type="e1000"/><link state="down"/></interface>'),
      );
      const added = { ...onNet0, id: 'x', mac: '56:6f:00:00:00:77' };
      const more = imported([onNet0, added]);
      expect(more).toContain('56:6f:00:00:00:77');
      expect(unmarked(imported([onNet0], more))).toBe(foreign);
    });

    it('keeps a NIC that was released, although our mark had named it', () => {
      const ours = imported([onNet0]);
      const spec = { id: VM, name: 'ours', memoryMiB: 1, cpus: 1, vnics: [] };
      const boot = { kind: 'imported', others: [...others, MAC] } as const;
      const context = {
        storeId: STORE,
        accelerated: false,
        boot: { kernel: null, disks: [], bare: false },
        folder: '/f',
        serialLog: '',
      };
      expect(domainXml(ours, { ...spec, boot }, context)).toContain(MAC.toUpperCase());
    });
  });
});
