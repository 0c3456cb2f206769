import type { SetupChange, SetupStep } from '../../ports/setup';
import { type NetLink, type NetState, applyChange } from './net-state';
import { undoOf } from './undo';

/** A setup that is being planned: each change is recorded and applied to a model, so that later ones build on it. */
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
    if (!link) throw new Error(`the plan needs ${name}, which does not exist`);
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

  /** Removes it from its master, if any, and puts it into `to`. A bond only accepts links that are down. */
  setMaster(link: string, to: string | null): void {
    const { master: was } = this.get(link);
    if (was === to) return;
    const intoBond = to !== null && this.get(to).kind === 'bond';
    const outOfBond = was !== null && this.get(was).kind === 'bond';
    if (intoBond && !outOfBond) this.setUp(link, false);
    // Leaving a bond sets a link down, and returning to it sets it up: a link that is down in a bond is set up first, and the undo
    // sets it down again.
    if (outOfBond) this.setUp(link, true);
    this.do({ kind: 'link.master', link, to, was });
  }

  /**
   * Moves the addresses and routes of a link to another, or drops them: first adds the address there, then moves routes, then
   * removes the address here, so that a TCP connection through it survives. Addresses that `to` already has are only removed here.
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
