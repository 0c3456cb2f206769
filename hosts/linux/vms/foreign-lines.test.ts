import { beforeAll, describe, expect, it } from 'vitest';
import { linesOf, serialPlace, vncPlace } from './foreign-lines';
import { loadXml, withXml } from './xml';

beforeAll(loadXml);

const domain = (devices: string): string => `<domain id='7'><devices>${devices}</devices></domain>`;
const lines = (devices: string) => withXml(domain(devices), ({ root }) => linesOf(root));
const refusal = (devices: string): { code: string; message: string } => {
  try {
    return { code: 'none', message: JSON.stringify(vncPlace(domain(devices))) };
  } catch (error) {
    return error as { code: string; message: string };
  }
};

describe("the serial console of a definition that is not Atoll's", () => {
  it.each([
    [`<serial type='pty'><source path='/dev/pts/3'/></serial>`, { tty: '/dev/pts/3' }],
    [
      `<console type='pty' tty='/dev/pts/4'><source path='/dev/pts/4'/><target type='virtio'/></console>`,
      { tty: '/dev/pts/4' },
    ],
    [`<serial type='unix'><source mode='bind' path='/run/own.serial'/></serial>`, { socket: '/run/own.serial' }],
    [
      `<serial type='file'><source path='/var/log/x'/></serial><serial type='pty'><source path='/dev/pts/5'/></serial>`,
      { tty: '/dev/pts/5' },
    ],
  ])('is found in %s', (devices, place) => {
    expect(serialPlace(domain(devices))).toEqual(place);
    expect(lines(devices).console).toBe(true);
  });

  it.each([
    '',
    `<serial type='pty'><source path='/etc/shadow'/></serial>`,
    `<serial type='pty'><source path='/dev/pts/../sda'/></serial>`,
    `<serial type='pty'/>`,
    `<serial type='dev'><source path='/dev/ttyS0'/></serial>`,
    `<serial type='tcp'><source mode='bind' host='127.0.0.1' service='2445'/></serial>`,
    `<serial type='unix'><source mode='connect' path='/run/libvirt/libvirt-sock'/></serial>`,
    `<serial type='unix'><source mode='bind' path='relative'/></serial>`,
  ])('is not opened for %s', (devices) => {
    expect(serialPlace(domain(devices))).toBeNull();
  });
});

describe("the VNC server of a definition that is not Atoll's", () => {
  it.each([
    [`<graphics type='vnc' port='5901' listen='127.0.0.1'/>`, { address: '127.0.0.1', port: 5901 }],
    [
      `<graphics type='vnc' port='5902' listen='0.0.0.0'><listen type='address' address='0.0.0.0'/></graphics>`,
      { address: '127.0.0.1', port: 5902 },
    ],
    [
      `<graphics type='vnc' port='5903'><listen type='address' address='::'/></graphics>`,
      { address: '::1', port: 5903 },
    ],
    [`<graphics type='spice' port='5900'/><graphics type='vnc' socket='/run/x/vnc'/>`, { socket: '/run/x/vnc' }],
    [`<graphics type='vnc'><listen type='socket' socket='/run/y/vnc'/></graphics>`, { socket: '/run/y/vnc' }],
  ])('is found in %s', (devices, place) => {
    expect(vncPlace(domain(devices))).toEqual(place);
    expect(lines(devices).screen).toBe('vnc');
  });

  it.each([
    ['', 'no display'],
    [`<graphics type='spice' port='5900' listen='127.0.0.1'/>`, 'SPICE'],
    [`<graphics type='vnc' port='5900' listen='198.51.100.7'/>`, '198.51.100.7'],
    [`<graphics type='vnc' port='5900' listen='evil.example; reboot'/>`, 'no address'],
    [`<graphics type='vnc' port='-1' listen='127.0.0.1'/>`, '127.0.0.1'],
    [`<graphics type='vnc' port='99999' listen='127.0.0.1'/>`, '127.0.0.1'],
    [`<graphics type='vnc'><listen type='none'/></graphics>`, '127.0.0.1'],
  ])('is refused with the reason for %s', (devices, word) => {
    expect(lines(devices).screen).toBe(word === 'SPICE' ? 'spice' : word === 'no display' ? 'none' : 'vnc');
    expect(refusal(devices)).toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining(word) as string });
  });
});
