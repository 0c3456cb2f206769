import type { XmlElement } from 'libxml2-wasm';
import { AppError, DEFAULT_HARDWARE, type Hardware, note } from '../../../contract';
import type { VmSpec } from '../../../engine/ports/host-driver';
import type { HardwareNote } from './hardware-xml';
import { add, child, element, elements, setText, text } from './xml';

interface BasicsContext {
  /** Whether KVM works on the host. */
  readonly accelerated: boolean;
  readonly boot: { readonly bare: boolean };
}

/** Writes what every VM has: its title, its memory and its CPUs. `was`: what was noted of its hardware. */
export function setBasics(domain: XmlElement, spec: VmSpec, context: BasicsContext, was: HardwareNote): void {
  assertNumaFits(domain, spec);
  domain.setAttr('type', context.accelerated ? 'kvm' : 'qemu');
  setText(child(domain, 'title'), spec.name);
  for (const name of ['memory', 'currentMemory']) {
    const memory = child(domain, name);
    // As libvirt writes it: a definition that does not change is not defined again.
    memory.setAttr('unit', 'KiB');
    setText(memory, String(spec.memoryMiB * 1024));
  }
  const vcpu = child(domain, 'vcpu');
  const isOther = vcpu.content.trim() !== String(spec.cpus);
  if (isOther) fitTopology(domain, spec.cpus);
  vcpu.attr('current')?.remove();
  setText(vcpu, String(spec.cpus));
  setCpu(domain, context);
  const { cpuModel, cpuTopology } = spec.hardware ?? DEFAULT_HARDWARE;
  if (cpuModel !== (was['cpuModel'] ?? DEFAULT_HARDWARE.cpuModel)) setCpuModel(domain, cpuModel, context);
  const isOtherShape = cpuTopology !== (was['cpuTopology'] ?? DEFAULT_HARDWARE.cpuTopology);
  if (isOtherShape || (isOther && cpuTopology === 'cores')) setTopology(domain, cpuTopology, spec.cpus);
}

const UNITS: Readonly<Record<string, number>> = { b: 1 / 1024, k: 1, m: 1024, g: 1024 ** 2, t: 1024 ** 3 };

/** In KiB, libvirt's unit if none is named. */
function toKib(memory: XmlElement | null): number {
  const unit = (memory?.attr('unit')?.value ?? 'KiB').charAt(0).toLowerCase();
  return Number(memory?.content.trim() ?? 0) * (UNITS[unit] ?? 1);
}

/** The CPUs and the memory that a definition's NUMA nodes share out; null: it has none. */
export function sizeOfNuma(domain: XmlElement): { readonly cpus: number; readonly memoryMiB: number } | null {
  if (element(domain, 'cpu/numa/cell') === null) return null;
  return { cpus: Number(text(domain, 'vcpu') ?? 0), memoryMiB: toKib(element(domain, 'memory')) / 1024 };
}

/** Bad: other memory or CPUs than the NUMA nodes have that somebody added with virsh. libvirt refuses it with less of a reason. */
function assertNumaFits(domain: XmlElement, { name, memoryMiB, cpus }: VmSpec): void {
  const was = sizeOfNuma(domain);
  if (was === null || (cpus === was.cpus && Math.abs(memoryMiB - was.memoryMiB) < 1)) return;
  const has = `${was.cpus} CPUs and ${Math.round(was.memoryMiB)} MiB`;
  throw new AppError(
    'NOT_SUPPORTED',
    `The definition of "${name}" has NUMA nodes for ${has}, and would not fit ${cpus} CPUs and ${memoryMiB} MiB`,
    {
      rule: 'HARDWARE',
      field: cpus === was.cpus ? 'memoryMiB' : 'cpus',
      remedy: note(`Set it to ${has} again, or change its <numa> with virsh edit first.`),
    },
  );
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

/** Writes a CPU model by name, or the host's. `check` none: QEMU leaves out what the host lacks, as with other defaults. */
function setCpuModel(domain: XmlElement, model: Hardware['cpuModel'], { accelerated }: BasicsContext): void {
  const cpu = child(domain, 'cpu');
  for (const known of elements(cpu, 'model | vendor | feature')) known.remove();
  for (const name of ['mode', 'match', 'check', 'migratable']) cpu.attr(name)?.remove();
  if (model === 'host') return void cpu.setAttr('mode', hostMode(accelerated));
  cpu.setAttr('mode', 'custom');
  cpu.setAttr('match', 'exact');
  cpu.setAttr('check', 'none');
  setText(add(cpu, 'model', { fallback: 'forbid' }), model);
}

/** All CPUs as cores of one socket, or as libvirt's default has them: a socket each. */
function setTopology(domain: XmlElement, topology: Hardware['cpuTopology'], cpus: number): void {
  element(domain, 'cpu/topology')?.remove();
  if (topology === 'cores')
    add(child(domain, 'cpu'), 'topology', { sockets: '1', dies: '1', cores: String(cpus), threads: '1' });
}

const hostMode = (accelerated: boolean): string => (accelerated ? 'host-passthrough' : 'maximum');

/** Cloud images need more than QEMU's oldest CPU: the host's own with KVM, everything that can be emulated without. */
function setCpu(domain: XmlElement, { accelerated, boot }: BasicsContext): void {
  const existing = element(domain, 'cpu');
  const mode = hostMode(accelerated);
  if (existing && ['host-passthrough', 'maximum'].includes(existing.attr('mode')?.value ?? ''))
    existing.setAttr('mode', mode);
  else if (!existing && (accelerated || !boot.bare)) add(domain, 'cpu', { mode });
}
