import type { XmlElement } from 'libxml2-wasm';
import { aliasOf } from './disk-xml';
import { add, child, element } from './xml';

export const serialSocket = (vmId: string): string => `/run/atoll/${vmId}.serial`;
export const screenSocket = (vmId: string): string => `/run/atoll/${vmId}.vnc`;

/** The name by which libvirt and a guest agent know their line. */
export const AGENT_CHANNEL = 'org.qemu.guest_agent.0';

/** The socket accepts one client at a time and QEMU waits for none; the log keeps everything that had no listener. */
export function setSerial(domain: XmlElement, vmId: string, log: string): void {
  const devices = child(domain, 'devices');
  const serial =
    element(devices, `serial[source/@path="${serialSocket(vmId)}"]`) ??
    element(devices, `serial[alias/@name="${aliasOf('serial')}"]`) ??
    add(devices, 'serial', { type: 'unix' });
  const source = child(serial, 'source');
  source.setAttr('mode', 'bind');
  source.setAttr('path', serialSocket(vmId));
  const file = child(serial, 'log');
  file.setAttr('file', log);
  file.setAttr('append', 'on');
  child(child(serial, 'target'), 'model').setAttr('name', 'isa-serial');
  child(serial, 'target').setAttr('type', 'isa-serial');
  child(serial, 'alias').setAttr('name', aliasOf('serial'));
}

/** The line to a guest agent; a guest without one does not notice it. */
export function setAgentChannel(domain: XmlElement): void {
  const devices = child(domain, 'devices');
  if (element(devices, `channel[target/@name="${AGENT_CHANNEL}"]`) !== null) return;
  if (element(devices, 'controller[@type="virtio-serial"]') === null)
    add(devices, 'controller', { type: 'virtio-serial', index: '0' });
  add(add(devices, 'channel', { type: 'unix' }), 'target', { type: 'virtio', name: AGENT_CHANNEL });
}
