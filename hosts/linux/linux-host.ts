import type { CheckPoint } from '../../contract';
import type { ChangeGroup, GroupOutcome } from '../../engine/ports/changes';
import type { CheckTarget, HostDriver, HostNotice, VmDriver } from '../../engine/ports/host-driver';
import type { ObservedHost } from '../../engine/ports/observed';
import type { SetupOrder, SetupOutcome } from '../../engine/ports/setup';
import { throwIfCancelled } from '../cancelled';
import type { Shell } from '../shell';
import { applyGroups } from './apply';
import { checkHooks } from './check';
import { connectionAddress } from './connection';
import { keepSetup } from './setup/keep';
import { setUpNetworks } from './setup/setup';
import { look } from './observe';
import { applyOutside, isAboutBridges, isAboutOutside, type OutsideParts } from './outside';
import { probe } from './probe';
import { readTools, type Tools } from './tools';
import { observeVms } from './vms/observe-vms';
import { watchVms } from './vms/watch-vms';
import { watchNetwork } from './watch';

/** What a kind of Linux host adds: the way in, its power, its VMs. */
export interface LinuxParts {
  readonly storeId: string;
  readonly shell: Shell;
  readonly vms: VmDriver;
  /** The way out, where this kind of host can have one (rule S12). */
  readonly outside: OutsideParts | null;
  readonly rootless: boolean;
  /** For a way in over the network of the host itself (SSH): a connection made now, to confirm a change of that network. */
  readonly fresh?: () => Promise<Shell>;
  /** Whether what *Setup networks* makes is to be made again by the host when it starts; not for a lab, which is made anew. */
  readonly keepsSetup?: boolean;
  /** Whether KVM really works there; asked once a connection. */
  kvm(): Promise<boolean>;
  /** Returns which start of the host this is, where the kernel's boot id does not tell (a lab); else null. */
  connect(signal: AbortSignal): Promise<string | null>;
  powerOff(signal: AbortSignal): Promise<void>;
  destroy(signal: AbortSignal): Promise<void>;
}

/** A Linux host, whatever the way to it. All that it knows is on the host; it keeps no state but the tools' versions. */
export class LinuxHost implements HostDriver {
  readonly vms: VmDriver;
  private known: (Tools & { readonly kvm: boolean; readonly boot: string | null; readonly at: string | null }) | null =
    null;

  constructor(private readonly parts: LinuxParts) {
    this.vms = parts.vms;
  }

  async connect(signal: AbortSignal): Promise<void> {
    const boot = await this.parts.connect(signal);
    const { shell, fresh } = this.parts;
    const [tools, kvm, at] = await Promise.all([
      readTools(shell, signal),
      this.parts.kvm(),
      fresh ? connectionAddress(shell, signal) : null,
    ]);
    this.known = { ...tools, kvm, boot, at };
  }

  async observe(signal: AbortSignal): Promise<ObservedHost> {
    throwIfCancelled(signal);
    const { shell, storeId, rootless } = this.parts;
    const [{ machine, network }, vms, outside] = await Promise.all([
      look(shell, storeId, signal),
      observeVms(shell, storeId),
      this.parts.outside?.look(signal) ?? null,
    ]);
    const { memoryFreeMiB, ...rest } = machine;
    const { tools, gaps, kvm, boot, at } = this.known ?? { tools: {}, gaps: [], kvm: false, boot: null, at: null };
    const bootId = boot ?? rest.bootId;
    const capabilities = { ...rest, bootId, rootless, kvm, tools, gaps };
    return { capabilities, memoryFreeMiB, ...network, vms, outside, connection: at };
  }

  async apply(groups: readonly ChangeGroup[], signal: AbortSignal): Promise<GroupOutcome[]> {
    const { shell, storeId, outside } = this.parts;
    const bridges = groups.filter(isAboutBridges);
    const outcomes = new Map<ChangeGroup, GroupOutcome>();
    (await applyGroups(shell, storeId, bridges, signal)).forEach((outcome, i) => {
      const group = bridges[i];
      if (group) outcomes.set(group, outcome);
    });
    for (const group of groups.filter(isAboutOutside))
      outcomes.set(group, await applyOutside(outside, shell.name, group, signal));
    return groups.map((group) => outcomes.get(group) ?? { ok: true });
  }

  /** In the order's own time: once begun it goes to its end. What it came to is kept for after a restart. */
  async setupNetworks(order: SetupOrder, signal: AbortSignal): Promise<SetupOutcome> {
    const { shell, fresh, storeId, keepsSetup = false } = this.parts;
    const outcome = await setUpNetworks({ shell, fresh }, order, signal);
    if (!outcome.ok || !keepsSetup) return outcome;
    return { ok: true, note: await keepSetup(shell, storeId, order.restore) };
  }

  async watch(listener: (notice: HostNotice) => void, signal: AbortSignal): Promise<void> {
    const { shell, storeId } = this.parts;
    await Promise.all([watchNetwork(shell, storeId, listener, signal), watchVms(shell, listener, signal)]);
  }

  checkHooks(targets: readonly CheckTarget[], signal: AbortSignal): Promise<CheckPoint[][]> {
    return checkHooks(this.parts.shell, this.parts.storeId, targets, signal);
  }

  probe(target: CheckTarget, signal: AbortSignal): Promise<CheckPoint[]> {
    return probe(this.parts.shell, target, signal);
  }

  /** Watchers end with their signal; the shell's connection, where there is one, with this. */
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
