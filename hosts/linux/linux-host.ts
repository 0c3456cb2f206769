import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckPoint } from '../../contract';
import type { ChangeGroup, GroupOutcome } from '../../engine/ports/changes';
import type {
  CheckTarget,
  HostDriver,
  HostNotice,
  KeepOrder,
  ObserveOptions,
  VmDriver,
} from '../../engine/ports/host-driver';
import type { ObservedHost, ObservedOutside, ObservedVm } from '../../engine/ports/observed';
import type { ReachAnswer, ReachOrder } from '../../engine/ports/reach-probe';
import type { ServicesChange } from '../../engine/ports/services';
import type { TunnelChange } from '../../engine/ports/stretch';
import type { SetupOrder, SetupOutcome } from '../../engine/ports/setup';
import type { HostCounters } from '../../engine/ports/statistics';
import { throwIfCancelled } from '../cancelled';
import type { Shell } from '../shell';
import { applyGroups } from './apply';
import { checkHooks } from './check';
import { connectionAddress } from './connection';
import { keep } from './persistence/keep';
import { digestOf, keepFile } from './persistence/restore-file';
import { listenerPoints } from './listeners';
import type { ForwardFilter } from './forward-filter';
import { setUpNetworks, settleLeftSetup } from './setup/setup';
import { look, type Look } from './observe';
import { lastSeen, retire } from './other-store';
import { withRedirects } from './redirects';
import {
  applyOutside,
  isAboutBridges,
  isAboutOutside,
  isAboutServices,
  isAboutTunnel,
  type OutsideParts,
} from './outside';
import { probe } from './probe';
import { measure } from './reach';
import { applyServices } from './services/apply';
import { applyTunnel } from './stretch/apply';
import { TunnelInside } from './stretch/inside';
import { LinuxTunnel } from './stretch/tunnel-driver';
import { NetworkParser } from './network-parser';
import { LeaseWatch } from './services/lease-watch';
import { DeepCheck } from './services/deep-check';
import { readStatistics } from './statistics';
import { readTools, requireVital, type Tools } from './tools';
import { LibvirtWatchdog } from './vms/libvirt-watchdog';
import { vmPipeline } from './vms/pipeline';
import { VmReader } from './vms/observe-vms';
import { RememberedVms } from './vms/remembered-vms';
import { watchVms } from './vms/watch-vms';
import { loadXml } from './vms/xml';
import { watchNetwork } from './watch';

/** A cached answer returns immediately; one that has to be determined takes seconds. */
const KVM_PATIENCE_MS = 500;

/** Of a host that was not connected yet. */
const UNKNOWN = {
  tools: {},
  gaps: [],
  servicesGap: null,
  stretchGap: null,
  relayBy: null,
  kvm: false,
  boot: null,
  at: null,
};

/** What a kind of Linux host adds: transport, power, VMs. */
export interface LinuxParts {
  readonly storeId: string;
  readonly shell: Shell;
  readonly vms: VmDriver;
  /** The uplink, if this kind of host can have one (rule S12). */
  readonly outside: OutsideParts | null;
  readonly rootless: boolean;
  /** The folder there for the keys of tunnels; it outlives a restart. */
  readonly keys: string;
  /** The filter between bridge ports, if the network namespace is Atoll's alone (a lab). */
  readonly filter?: ForwardFilter;
  /** For a connection over the host's own network (SSH): a fresh connection that confirms a change of that network. */
  readonly fresh?: () => Promise<Shell>;
  /** Whether the host can recreate its networks at boot; not a lab, whose namespaces are new at each start. */
  readonly keepsNetworks?: boolean;
  /** The folder of the networks of the host's own libvirt; omitted: it has none in the namespace of Atoll's networks (a lab). */
  readonly libvirtNetworks?: string;
  /** Starts libvirt again, if Atoll manages it (a lab). */
  readonly revive?: () => Promise<void>;
  /** Whether KVM works there; tested once per connection. */
  kvm(): Promise<boolean>;
  /** Returns an id of this start of the host, if the kernel's boot id does not identify it (a lab); else null. */
  connect(signal: AbortSignal): Promise<string | null>;
  powerOff(signal: AbortSignal): Promise<void>;
  destroy(signal: AbortSignal): Promise<void>;
}

/**
 * A Linux host, with any transport. All state is on the host; this object caches only the tools' versions and, while it watches
 * them, the VMs.
 */
export class LinuxHost implements HostDriver {
  readonly vms: VmDriver;
  readonly tunnel: LinuxTunnel;
  private known: (Tools & { readonly kvm: boolean; readonly boot: string | null; readonly at: string | null }) | null =
    null;
  private readonly memory = new RememberedVms();
  private readonly pulse: LibvirtWatchdog;
  private readonly vmReader: VmReader;
  private readonly services: DeepCheck;
  private readonly inside = new TunnelInside();
  private readonly parser = new NetworkParser();
  /** Null while nobody watches the host. */
  private leases: LeaseWatch | null = null;
  private watchers = 0;
  /** The running live probes. */
  private readonly probing = new Set<string>();
  /** What the host recreates at boot, as last seen or written; null: not known yet. */
  private kept: { readonly digest: string | null; readonly will: boolean } | null = null;

  constructor(private readonly parts: LinuxParts) {
    this.pulse = new LibvirtWatchdog(parts.shell);
    this.vmReader = new VmReader(parts.shell, parts.storeId, this.pulse);
    this.services = new DeepCheck(parts.shell, parts.storeId);
    this.tunnel = new LinuxTunnel(parts.shell, parts.storeId, () => this.known?.relayBy ?? null);
    const { shell, vms, revive } = parts;
    this.vms = vmPipeline(vms, { shell, pulse: this.pulse, memory: this.memory, revive });
  }

  async connect(signal: AbortSignal): Promise<void> {
    const boot = await this.parts.connect(signal);
    await this.parts.revive?.();
    this.parts.filter?.forget();
    await this.parts.filter?.keep({ bridges: [], nics: [] }, signal);
    const { shell, storeId, fresh } = this.parts;
    const [tools, at] = await Promise.all([
      readTools(shell, signal),
      fresh ? connectionAddress(shell, signal) : null,
      fresh ? settleLeftSetup(shell, storeId, signal) : null,
      loadXml(),
    ]);
    requireVital(tools, shell.name);
    this.known = { ...tools, kvm: this.known?.kvm ?? false, boot, at };
    this.kept = null;
    this.services.forget();
    this.inside.forget();
  }

  /** Networks do not wait for the KVM test, nor for its files to be copied to the host; VMs do, and a later observation reports it. */
  private async askForKvm(): Promise<void> {
    const asked = this.parts.kvm().then((kvm) => {
      if (this.known) this.known = { ...this.known, kvm };
    });
    await Promise.race([asked, sleep(KVM_PATIENCE_MS, undefined, { ref: false })]);
  }

  async observe(
    signal: AbortSignal,
    { rememberedVms = false, inspectServices = false }: ObserveOptions = {},
  ): Promise<ObservedHost> {
    throwIfCancelled(signal);
    if (inspectServices) {
      this.services.forget();
      this.inside.forget();
    }
    const { rootless } = this.parts;
    const [seen, outside, vms] = await this.read(signal, rememberedVms && this.memory.any);
    const { machine, network, services: found, servers, tunnel: lookedAt, kept } = seen;
    // If nothing can be persisted, the file never exists, and that was reported.
    if (this.kept?.will !== false) this.kept = { digest: kept, will: true };
    await this.parts.filter?.keep(network, signal, seen.filter);
    const { memoryFreeMiB, ...rest } = machine;
    const { tools, gaps, servicesGap, stretchGap, relayBy, kvm, boot, at } = this.known ?? UNKNOWN;
    const bootId = boot ?? rest.bootId;
    const capabilities = { ...rest, bootId, rootless, kvm, tools, gaps, servicesGap, stretchGap, relayBy };
    this.leases?.follow(servers);
    const services = await this.services.add(found, signal);
    const tunnel = this.inside.add(lookedAt);
    return {
      capabilities,
      memoryFreeMiB,
      ...network,
      vms,
      outside,
      connection: at,
      ...(services.length > 0 ? { services } : {}),
      ...(tunnel ? { tunnel } : {}),
    };
  }

  /** Runs everything in parallel; with `remembered` it reads the VMs only if the taps have changed. */
  private async read(
    signal: AbortSignal,
    remembered: boolean,
  ): Promise<[Look, ObservedOutside | null, readonly ObservedVm[] | null]> {
    const mark = this.memory.mark;
    const reading = remembered ? null : this.vmReader.read();
    const [seen, outside, read] = await Promise.all([
      this.look(signal),
      this.parts.outside?.look(signal) ?? null,
      reading,
    ]);
    const { nics } = seen.network;
    const recalled = remembered ? this.memory.recall(nics) : null;
    if (recalled) return [seen, outside, recalled];
    const vms = remembered ? await this.vmReader.read() : read;
    if (this.watchers > 0) this.memory.remember(mark, vms, nics, outside?.nic ?? null);
    return [seen, outside, vms];
  }

  private async look(signal: AbortSignal): Promise<Look> {
    const { shell, storeId, keys, filter: kept } = this.parts;
    const filter = kept?.begin() ?? null;
    try {
      return await look(
        shell,
        storeId,
        signal,
        this.probing,
        { keys, inspects: this.inside.isDue, filter },
        this.parser,
      );
    } catch (error) {
      if (filter !== null) kept?.fail();
      throw error;
    }
  }

  /** Refused while libvirt hangs. */
  statistics(signal: AbortSignal): Promise<HostCounters> {
    return this.pulse.guard(signal, (inner) => readStatistics(this.parts.shell, inner));
  }

  async apply(groups: readonly ChangeGroup[], signal: AbortSignal): Promise<GroupOutcome[]> {
    const { shell, storeId, outside } = this.parts;
    const bridges = groups.filter(isAboutBridges);
    const outcomes = new Map<ChangeGroup, GroupOutcome>();
    (await applyGroups(shell, storeId, bridges, signal, this.parts.libvirtNetworks)).forEach((outcome, i) => {
      const group = bridges[i];
      if (group) outcomes.set(group, outcome);
    });
    for (const group of groups.filter(isAboutOutside))
      outcomes.set(group, await applyOutside(outside, shell.name, group, signal));
    await this.applyServices(groups.filter(isAboutServices), outcomes, signal);
    await this.applyTunnel(groups.filter(isAboutTunnel), outcomes, signal);
    return groups.map((group) => outcomes.get(group) ?? { ok: true });
  }

  private async applyServices(
    groups: readonly ChangeGroup<ServicesChange>[],
    outcomes: Map<ChangeGroup, GroupOutcome>,
    signal: AbortSignal,
  ): Promise<void> {
    if (groups.length === 0) return;
    const { shell, storeId, filter } = this.parts;
    (await applyServices(shell, storeId, groups, signal)).forEach((outcome, i) => {
      const group = groups[i];
      if (group) outcomes.set(group, outcome);
    });
    this.services.forget(groups.map(({ bridge }) => bridge));
    // A server that was just started can be reached at once, not only after the next observation.
    if (filter) await filter.keep((await look(shell, storeId, signal, this.probing)).network, signal);
  }

  private async applyTunnel(
    groups: readonly ChangeGroup<TunnelChange>[],
    outcomes: Map<ChangeGroup, GroupOutcome>,
    signal: AbortSignal,
  ): Promise<void> {
    if (groups.length === 0) return;
    const { shell, storeId, keys, filter } = this.parts;
    this.inside.forget();
    (await applyTunnel({ shell, storeId, keys }, groups, signal)).forEach((outcome, i) => {
      const group = groups[i];
      if (group) outcomes.set(group, outcome);
    });
    // As for a server: an end passes frames at once.
    if (filter) await filter.keep((await look(shell, storeId, signal, this.probing)).network, signal);
  }

  get cleanUp(): string | null {
    return this.parts.keepsNetworks === true ? `sudo sh ${keepFile(this.parts.storeId)} clean` : null;
  }

  /** Without a deadline of its own: once started it runs to completion. */
  setupNetworks(order: SetupOrder, signal: AbortSignal): Promise<SetupOutcome> {
    const { shell, fresh, storeId } = this.parts;
    return setUpNetworks({ storeId, shell, fresh }, order, signal);
  }

  async keep(order: KeepOrder, signal: AbortSignal): Promise<boolean> {
    const { shell, storeId, keepsNetworks = false } = this.parts;
    if (!keepsNetworks) return false;
    const isNothing = order.bridges.length + order.setup.length === 0;
    const digest = isNothing ? null : digestOf(storeId, order);
    if (this.kept?.digest === digest) return this.kept.will;
    const will = await keep(shell, storeId, order, signal);
    this.kept = { digest, will };
    return will;
  }

  lastSeen(storeId: string, signal: AbortSignal): Promise<number | null> {
    return lastSeen(this.parts.shell, storeId, signal);
  }

  async retire(storeId: string, signal: AbortSignal): Promise<boolean> {
    const vms = await this.vmReader.read();
    // Without the VMs it is unknown whether all have been taken over; a host without libvirt has none.
    if (vms === null && 'virsh' in (await readTools(this.parts.shell, signal)).tools) return false;
    if (vms?.some(({ owner }) => owner === storeId)) return false;
    return retire(this.parts.shell, this.parts.storeId, storeId, signal);
  }

  async watch(listener: (notice: HostNotice) => void, signal: AbortSignal): Promise<void> {
    const { shell, storeId } = this.parts;
    const hear = (notice: HostNotice): void => {
      if (notice.kind === 'vm' || notice.kind === 'lost') this.memory.forget();
      listener(notice);
    };
    const hearOfVms = (notice: HostNotice): void => {
      this.pulse.received();
      hear(notice);
    };
    this.pulse.follow(signal, () => hear({ kind: 'vm', detail: 'libvirt responds again' }));
    const [, connected] = await Promise.all([
      watchNetwork(
        shell,
        storeId,
        hear,
        signal,
        (line) => this.parts.filter?.hear(line),
        this.probing,
        () => this.inside.nsid,
      ),
      watchVms(shell, hearOfVms, signal, this.parts.revive),
    ]);
    if (!connected) this.pulse.missed();
    this.beginToRemember(signal);
    this.watchLeases(hear, signal);
    await this.askForKvm();
  }

  private watchLeases(hear: (notice: HostNotice) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const leases = new LeaseWatch(this.parts.shell, (detail) => hear({ kind: 'network', detail }));
    this.leases = leases;
    const stop = (): void => {
      leases.stop();
      if (this.leases === leases) this.leases = null;
    };
    signal.addEventListener('abort', stop, { once: true });
  }

  /** Only while it watches can it know that nothing has changed. */
  private beginToRemember(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.watchers += 1;
    this.memory.forget();
    const stop = (): void => {
      this.watchers -= 1;
      this.memory.forget();
    };
    signal.addEventListener('abort', stop, { once: true });
  }

  async checkHooks(targets: readonly CheckTarget[], signal: AbortSignal): Promise<CheckPoint[][]> {
    const { shell, storeId } = this.parts;
    const hooks = await withRedirects(shell, targets, await checkHooks(shell, storeId, targets, signal), signal);
    const more = await listenerPoints(shell, targets, signal);
    return hooks.map((points, i) => [...points, ...(more[i] ?? [])]);
  }

  probe(target: CheckTarget, signal: AbortSignal): Promise<CheckPoint[]> {
    return probe(this.parts.shell, target, this.probing, signal);
  }

  measure(order: ReachOrder, signal: AbortSignal): Promise<ReachAnswer> {
    return measure(this.parts.shell, order, this.probing, signal);
  }

  /** Watchers end with their signal; the shell's connection, if any, with this. */
  close(): Promise<void> {
    return this.parts.shell.close();
  }

  powerOff(signal: AbortSignal): Promise<void> {
    return this.parts.powerOff(signal);
  }

  destroy(signal: AbortSignal): Promise<void> {
    return this.parts.destroy(signal);
  }
}
