import type { XmlElement } from 'libxml2-wasm';
import type { VmSpec } from '../../../engine/ports/host-driver';
import { add, child, element, elements, setText, text } from './xml';

interface BasicsContext {
  /** Whether KVM works on the host. */
  readonly accelerated: boolean;
  readonly boot: { readonly bare: boolean };
}

/** Writes what every VM has: its title, its memory and its CPUs. */
export function setBasics(domain: XmlElement, spec: VmSpec, context: BasicsContext): void {
  domain.setAttr('type', context.accelerated ? 'kvm' : 'qemu');
  setText(child(domain, 'title'), spec.name);
  for (const name of ['memory', 'currentMemory']) {
    const memory = child(domain, name);
    memory.setAttr('unit', 'MiB');
    setText(memory, String(spec.memoryMiB));
  }
  const vcpu = child(domain, 'vcpu');
  if (vcpu.content.trim() !== String(spec.cpus)) fitTopology(domain, spec.cpus);
  vcpu.attr('current')?.remove();
  setText(vcpu, String(spec.cpus));
  setCpu(domain, context);
}

/** Settings of single CPUs that virsh added: with another number of CPUs libvirt refuses those that no longer fit. */
function fitTopology(domain: XmlElement, cpus: number): void {
  for (const each of elements(domain, 'vcpus')) each.remove();
  for (const pin of elements(domain, 'cputune/vcpupin')) if (Number(text(pin, '@vcpu')) >= cpus) pin.remove();
  const topology = element(domain, 'cpu/topology');
  if (topology === null) return;
  const inSocket = ['dies', 'clusters', 'cores', 'threads']
    .map((name) => Number(topology.attr(name)?.value ?? 1))
    .reduce((product, each) => product * each, 1);
  if (cpus % inSocket === 0) topology.setAttr('sockets', String(cpus / inSocket));
  else topology.remove();
}

/** Cloud images need more than QEMU's oldest CPU: the host's own with KVM, everything that can be emulated without. */
function setCpu(domain: XmlElement, { accelerated, boot }: BasicsContext): void {
  const existing = element(domain, 'cpu');
  const mode = accelerated ? 'host-passthrough' : 'maximum';
  if (existing && ['host-passthrough', 'maximum'].includes(existing.attr('mode')?.value ?? ''))
    existing.setAttr('mode', mode);
  else if (!existing && (accelerated || !boot.bare)) add(domain, 'cpu', { mode });
}
