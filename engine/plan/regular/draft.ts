import type { SetupChange, SetupStep } from '../../ports/setup';
import { type NetLink, type NetState, applyChange } from './net-state';
import { undoOf } from './undo';

/** A setup that is being planned: each change is noted and carried out on a model, so that the next one sees it. */
export class Draft {
  readonly steps: SetupStep[] = [];

  constructor(public state: NetState) {}

  do(change: SetupChange): void {
    this.state = applyChange(this.state, change);
    this.steps.push({ change, undo: undoOf(change) });
  }

  find(name: string): NetLink | undefined {
    return this.state.links.get(name);
  }

  get(name: string): NetLink {
    const link = this.find(name);
    if (!link) throw new Error(`the plan needs ${name}, which is not there`);
    return link;
  }

  portsOf(master: string): NetLink[] {
    return [...this.state.links.values()].filter((link) => link.master === master);
  }

  setUp(link: string, up: boolean): void {
    if (this.get(link).up !== up) this.do({ kind: 'link.up', link, up });
  }

  setMtu(link: string, to: number): void {
    const was = this.get(link).mtu;
    if (was !== to) this.do({ kind: 'link.mtu', link, to, was });
  }

  setIpv6(link: string, on: boolean): void {
    if (this.get(link).ipv6 !== on) this.do({ kind: 'link.ipv6', link, on });
  }

  /** Out of whatever it is in, and into `to`. A bond takes only what is down. */
  setMaster(link: string, to: string | null): void {
    const { master: was } = this.get(link);
    if (was === to) return;
    const intoBond = to !== null && this.get(to).kind === 'bond';
    const outOfBond = was !== null && this.get(was).kind === 'bond';
    if (intoBond && !outOfBond) this.setUp(link, false);
    // Letting go of it closes it, and taking it back opens it: one that is down there is opened first, to be closed again by the undo.
    if (outOfBond) this.setUp(link, true);
    this.do({ kind: 'link.master', link, to, was });
  }

  /**
   * Moves what a link has of addresses and routes to another, or drops it: address there, routes over, address off here, so
   * that a TCP connection through it lives on. Addresses that `to` has already are only taken off.
   */
  moveAddresses(from: string, to: string | null, keep: (address: string) => boolean): void {
    const { addresses } = this.get(from);
    const moved = to === null ? [] : addresses.filter(keep);
    for (const address of moved)
      if (to !== null && !this.get(to).addresses.includes(address)) this.do({ kind: 'ip.add', link: to, address });
    for (const route of this.state.routes.filter((each) => each.dev === from)) {
      const follows = moved.some((address) => address.includes(':') === isIpv6(route));
      if (to !== null && follows) this.do({ kind: 'route.move', route, to });
      else if (addresses.length > 0) this.do({ kind: 'route.remove', route });
    }
    for (const address of addresses) this.do({ kind: 'ip.remove', link: from, address });
  }
}

const isIpv6 = ({ to, via }: { readonly to: string; readonly via: string | null }): boolean =>
  to.includes(':') || (via?.includes(':') ?? false);
