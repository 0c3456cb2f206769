import type { XmlElement } from 'libxml2-wasm';
import type { VmState } from '../../../contract';
import type { ObservedVm, ObservedVnic } from '../../../engine/ports/observed';
import { AGENT_CHANNEL } from './lines-xml';
import { isKept, storeOf, vnicsInMetadata } from './mark-xml';
import { linesOf } from './foreign-lines';
import { isUnpluggedBridge } from './unplugged-bridge';
import { element, elements, text, withXml } from './xml';

/** The output of `virsh domstate --reason`, for example `shut off (destroyed)`. */
export interface DomainState {
  readonly state: VmState;
  readonly why: string | null;
}

/** Maps libvirt's states to ours (virDomainState and its reasons, libvirt-domain.h). */
export function readState(words: string, hasManagedSave: boolean): DomainState {
  const [, state = '', reason = null] = /^([a-z ]+?)(?: \((.*)\))?$/.exec(words.trim()) ?? [];
  switch (state) {
    case 'running':
    case 'idle':
    case 'no state':
      return { state: 'up', why: null };
    case 'paused':
      if (reason === 'save' || reason === 'saving') return { state: 'saving_state', why: reason };
      if (reason === 'starting up') return { state: 'powering_up', why: reason };
      return { state: 'paused', why: reason };
    case 'in shutdown':
      return { state: 'powering_down', why: reason };
    case 'shut off':
      return hasManagedSave ? { state: 'suspended', why: 'saved' } : { state: 'down', why: reason };
    case 'crashed':
      return { state: 'down', why: 'crashed' };
    case 'pmsuspended':
      return { state: 'paused', why: 'the guest put itself to sleep' };
    default:
      return { state: 'unknown', why: words.trim() || null };
  }
}

/** One VM from its XML (live for a running one). */
export function readDomain(xml: string, state: DomainState, storeId: string): ObservedVm {
  return withXml(xml, ({ root }) => {
    const id = text(root, 'uuid') ?? '';
    const running = state.state !== 'down' && state.state !== 'suspended';
    const owner = storeOf(root);
    const [title, domain] = [text(root, 'title'), text(root, 'name')];
    const noted = new Set(owner === storeId ? vnicsInMetadata(root).map(({ mac }) => mac) : []);
    return {
      id,
      name: title ?? domain ?? id,
      ...(title === null || domain === null || domain === title ? {} : { domain }),
      ours: owner === storeId,
      ...(owner === null || owner === storeId ? {} : { owner }),
      ...state,
      memoryMiB: memoryMiB(root),
      cpus: Number(text(root, 'vcpu') ?? 1) || 1,
      ...(running && hasAgent(root) ? { agent: true as const } : {}),
      ...(owner === storeId && !isKept(root) ? {} : { lines: linesOf(root) }),
      vnics: elements(root, 'devices/interface').map((node) => readInterface(node, running, noted)),
    };
  });
}

/** Whether a program in the guest has opened the line of an agent. */
const hasAgent = (domain: XmlElement): boolean =>
  element(domain, `devices/channel/target[@name="${AGENT_CHANNEL}"][@state="connected"]`) !== null;

function readInterface(node: XmlElement, running: boolean, noted: ReadonlySet<string>): ObservedVnic {
  const mac = (text(node, 'mac/@address') ?? '').toLowerCase();
  const bridge = text(node, 'source/@bridge');
  // While it runs, libvirt also names the bridge of its own network here.
  const elsewhere = node.attr('type')?.value === 'bridge' ? {} : { elsewhere: sourceWords(node) };
  return {
    ...elsewhere,
    ...(noted.has(mac) ? { noted: true } : {}),
    mac,
    tap: running ? text(node, 'target/@dev') : null,
    bridge: bridge !== null && isUnpluggedBridge(bridge) ? null : bridge,
    linked: text(node, 'link/@state') !== 'down',
  };
}

/** The target of an interface that is on no bridge (libvirt.org/formatdomain.html#network-interfaces). */
function sourceWords(node: XmlElement): string {
  const type = node.attr('type')?.value ?? 'unknown';
  switch (type) {
    case 'network':
      return `libvirt network ${text(node, 'source/@network') ?? ''}`.trim();
    case 'direct':
      return `macvtap on ${text(node, 'source/@dev') ?? 'a NIC'}`;
    case 'user':
      return 'user-mode NAT';
    case 'hostdev':
      return 'a device of the host';
    default:
      return `an interface of the type ${type}`;
  }
}

const UNITS_IN_KIB: Record<string, number> = { KiB: 1, MiB: 1024, GiB: 1024 * 1024, TiB: 1024 * 1024 * 1024 };

function memoryMiB(root: XmlElement): number {
  const memory = element(root, 'memory');
  const unit = memory?.attr('unit')?.value ?? 'KiB';
  return Math.round((Number(memory?.content ?? 0) * (UNITS_IN_KIB[unit] ?? 1)) / 1024);
}
