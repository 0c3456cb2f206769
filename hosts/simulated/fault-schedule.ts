import type { FaultPlan } from '../../engine/ports/hosts';
import type { SimulatedControl } from './control';
import { seededRandom } from './faults';
import type { Machine } from './machine';

/** One outside change to a bridge. */
type Act = (control: SimulatedControl, bridge: string) => Promise<void>;

/** Only what converge repairs: a killed VM would stay down, but the plan must end in the initial state. */
const ACTS: readonly Act[] = [
  (control, bridge) => control.deleteBridge(bridge),
  (control, bridge) => control.flushSeal(bridge),
  (control, bridge) => control.loosenSeal(bridge),
  (control, bridge) => control.setBridgeUp(bridge, false),
  (control, bridge) => control.addAddress(bridge, '192.0.2.1/24'),
  (control, bridge) => control.switchIpv6On(bridge),
  (control, bridge) => control.setMtu(bridge, 1400),
  (control, bridge) => control.setMaster('eth1', bridge),
];

/**
 * Applies the fault plan of a simulated host, on the host's own clock. Whether a fault is active is computed from the clock, so a
 * new engine finds the same faults; drift happens only while an engine is running.
 */
export class FaultSchedule {
  readonly #machine: Machine;
  readonly #control: SimulatedControl;
  readonly #plan: FaultPlan;
  readonly #random: () => number;
  #cancelTimer: (() => void) | null = null;
  /** Whether this object has already applied the one-time initial fault. */
  #begun = false;

  constructor(machine: Machine, control: SimulatedControl, plan: FaultPlan) {
    this.#machine = machine;
    this.#control = control;
    this.#plan = plan;
    this.#random = seededRandom(plan.seed);
  }

  /** Sets the host to its current state, faulty or not. Call it before each connection. */
  async settle(): Promise<void> {
    await this.#machine.load();
    const lasts = this.#lasts();
    const { faults } = this.#machine;
    const { failing, unreachable } = this.#plan;
    if (unreachable) faults.unreachable = lasts;
    if (failing === null) return;
    if (lasts) faults.failing.add(failing);
    else faults.failing.delete(failing);
  }

  /** Sets the timer for the next event, if any. */
  start(): void {
    this.stop();
    const age = this.#age();
    const { from, until, driftEvery } = this.#plan;
    if (age >= until) return;
    const next = age < from ? from - age : Math.min(driftEvery ?? Infinity, until - age);
    this.#cancelTimer = this.#machine.clock.after(next, () => {
      this.#cancelTimer = null;
      // Writing the host's state can fail; the next step that saves reports it.
      this.#ring().catch(() => this.stop());
    });
  }

  /** Nothing more happens automatically until the next `start`. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  async #ring(): Promise<void> {
    await this.settle();
    if (!this.#lasts()) return this.#end();
    if (this.#plan.unreachable) return this.#machine.lose('the host does not answer');
    this.start();
    await this.#meddle();
  }

  /** Watchers are notified, so that failed repairs are retried immediately. */
  #end(): void {
    this.#machine.notify('network', 'the fault has ended');
  }

  async #meddle(): Promise<void> {
    const { failing, driftEvery } = this.#plan;
    if (failing !== null && !this.#begun) await this.#break(failing);
    this.#begun = true;
    if (driftEvery === null) return;
    const bridges = [...this.#machine.state.bridges.keys()].filter((name) => name !== failing);
    const bridge = bridges[this.#pick(bridges.length)];
    const act = ACTS[this.#pick(ACTS.length)];
    if (bridge !== undefined && act) await act(this.#control, bridge);
  }

  async #break(bridge: string): Promise<void> {
    if (this.#machine.state.bridges.has(bridge)) await this.#control.deleteBridge(bridge);
  }

  #pick(below: number): number {
    return Math.floor(this.#random() * below);
  }

  #age(): number {
    const { bornAt } = this.#machine.state;
    return bornAt === null ? 0 : this.#machine.clock.now() - bornAt;
  }

  #lasts(): boolean {
    const age = this.#age();
    return age >= this.#plan.from && age < this.#plan.until;
  }
}
