import type { CheckPoint } from '../../contract';
import type { ChangeGroup, GroupOutcome } from '../../engine/ports/changes';
import type { Clock } from '../../engine/ports/clock';
import type { CheckTarget, HostDriver, HostNotice, VmDriver } from '../../engine/ports/host-driver';
import type { ObservedHost } from '../../engine/ports/observed';
import type { ReachAnswer, ReachOrder } from '../../engine/ports/reach-probe';
import type { HostCounters } from '../../engine/ports/statistics';
import type { SetupOrder, SetupOutcome } from '../../engine/ports/setup';
import { applyGroup } from './apply';
import { hooksPoint, listenerPoints, probePoints } from './check';
import { SimulatedControl } from './control';
import { portOwner } from '../linux/services/names';
import { endOwner } from '../linux/stretch/names';
import { Machine, type SimulatedHow } from './machine';
import { observeState } from './observe';
import { simulatedReach } from './reach';
import { setupNetworks } from './setup';
import { StateFile } from './state-file';
import { FaultSchedule } from './fault-schedule';
import { simulatedCounters } from './statistics';
import { SimulatedTunnel } from './tunnel';
import { SimulatedVms } from './vms';

/** A simulated host, with the control object that simulates outside changes. */
export interface SimulatedHost extends HostDriver {
  readonly control: SimulatedControl;
}

export interface SimulatedHostOptions {
  /** The host's id; also the seed of its faults. */
  readonly id: string;
  /** Its name in errors; default: its id. */
  readonly name?: string;
  /** The store whose mark its bridges carry. */
  readonly storeId: string;
  readonly how: SimulatedHow;
  /** Its state file, so that it outlives the engine as a real host does. Null: in memory only. */
  readonly stateFile: string | null;
  readonly clock?: Clock;
}

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Creates a simulated host; does nothing until it is connected. */
export function createSimulatedHost({
  id,
  name = id,
  storeId,
  how,
  stateFile,
  clock = SYSTEM_CLOCK,
}: SimulatedHostOptions): SimulatedHost {
  return new Simulated(id, new Machine({ id, name }, storeId, how, new StateFile(stateFile), clock));
}

class Simulated implements SimulatedHost {
  readonly vms: VmDriver;
  readonly tunnel: SimulatedTunnel;
  readonly control: SimulatedControl;
  readonly #id: string;
  readonly #machine: Machine;
  readonly #trouble: FaultSchedule | null;

  constructor(id: string, machine: Machine) {
    this.#id = id;
    this.#machine = machine;
    this.vms = new SimulatedVms(machine);
    this.tunnel = new SimulatedTunnel(id, machine);
    this.control = new SimulatedControl(machine, this.tunnel);
    const { mischief } = machine.how;
    this.#trouble = mischief ? new FaultSchedule(machine, this.control, mischief) : null;
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.#trouble?.settle();
    await this.#machine.faults.step(this.#machine.clock, signal);
    await this.#machine.connect();
    this.tunnel.join();
    this.#trouble?.start();
  }

  async observe(signal: AbortSignal): Promise<ObservedHost> {
    await this.#step(signal);
    const { state, storeId, clock } = this.#machine;
    (state.seenBy ??= new Map()).set(storeId, clock.now());
    return observeState(this.#machine.state, this.#id, storeId, this.#machine.how, clock.now(), this.tunnel);
  }

  async statistics(signal: AbortSignal): Promise<HostCounters> {
    await this.#step(signal);
    return simulatedCounters(this.#machine);
  }

  /** All groups share one step's time, as a batch does. If cancelled, it stops between groups. */
  async apply(groups: readonly ChangeGroup[], signal: AbortSignal): Promise<GroupOutcome[]> {
    await this.#step(signal);
    const { state, storeId, faults } = this.#machine;
    const outcomes = groups.map((group) => applyGroup(state, storeId, faults, group));
    this.tunnel.join();
    for (const group of groups) this.#machine.notify('network', `${group.bridge} changed`);
    await this.#machine.save();
    return outcomes;
  }

  async setupNetworks(order: SetupOrder, signal: AbortSignal): Promise<SetupOutcome> {
    await this.#step(signal);
    const outcome = setupNetworks(this.#machine.state, this.#machine.faults, order);
    this.#machine.notify('network', 'networks set up');
    await this.#machine.save();
    return outcome;
  }

  readonly cleanUp = null;

  /** Nothing survives its restart; activation creates everything again. */
  keep(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async lastSeen(storeId: string, signal: AbortSignal): Promise<number | null> {
    await this.#step(signal);
    const at = this.#machine.state.seenBy?.get(storeId);
    return at === undefined ? null : Math.max(0, (this.#machine.clock.now() - at) / 1000);
  }

  async retire(storeId: string, signal: AbortSignal): Promise<boolean> {
    await this.#step(signal);
    const { bridges, links, servers, vms } = this.#machine.state;
    const isTheirs = (alias: string | null | undefined): boolean =>
      [`atoll:${storeId}:`, `atoll-nic:${storeId}:`].some((mark) => alias?.startsWith(mark));
    const left = [...bridges.values(), ...links.values()].some(({ alias }) => isTheirs(alias));
    if (left || [...vms.values()].some((vm) => vm.storeId === storeId)) return false;
    for (const { name, alias = null } of [...links.values()]) {
      if ((portOwner(alias) ?? endOwner(alias))?.storeId !== storeId) continue;
      links.delete(name);
      servers.delete(name);
    }
    return true;
  }

  async watch(listener: (notice: HostNotice) => void, signal: AbortSignal): Promise<void> {
    await this.#step(signal);
    const forget = this.#machine.watch(listener);
    signal.addEventListener('abort', forget, { once: true });
  }

  async checkHooks(targets: readonly CheckTarget[], signal: AbortSignal): Promise<CheckPoint[][]> {
    await this.#step(signal);
    return targets.map((target) => [
      hooksPoint(this.#machine.state, target),
      ...listenerPoints(this.#machine.state, target),
    ]);
  }

  async probe(target: CheckTarget, signal: AbortSignal): Promise<CheckPoint[]> {
    await this.#step(signal);
    return probePoints(this.#machine.state, target);
  }

  async measure(order: ReachOrder, signal: AbortSignal): Promise<ReachAnswer> {
    await this.#step(signal);
    return simulatedReach(this.#machine, order, (bridge) => this.tunnel.joined(bridge));
  }

  async close(): Promise<void> {
    this.#trouble?.stop();
    this.tunnel.closeRelays();
    this.#machine.disconnect();
    await this.#machine.saveTouched();
  }

  async powerOff(_signal: AbortSignal): Promise<void> {
    this.tunnel.closeRelays();
    await this.#machine.powerOff();
  }

  async destroy(_signal: AbortSignal): Promise<void> {
    this.#trouble?.stop();
    this.tunnel.leave();
    await this.#machine.destroy();
  }

  async #step(signal: AbortSignal): Promise<void> {
    await this.#machine.faults.step(this.#machine.clock, signal);
    this.#machine.mustAnswer();
  }
}
