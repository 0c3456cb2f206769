import type { NetRoute, SetupChange, SetupStep } from '../../../engine/ports/setup';
import { batchWord } from '../names';

/*
 * The lines that scripts.ts runs. `ip WORDS` goes into a batch; `del LINK MARK` deletes a link that carries the mark; `ipv6 LINK
 * on|off`; `dhcp start|stop CLIENT LINK`. Each word has passed batchWord, so none has a space or a quote.
 */

const word = (value: string | number): string => batchWord(String(value));
const set = (link: string, ...words: readonly (string | number)[]): string =>
  ['ip link set dev', word(link), ...words.map(word)].join(' ');

/** In a separate request: the kernel ignores an alias in the request that creates a link (rtnl_create_link). */
const mark = (link: string, alias: string): string => set(link, 'alias', alias);

/**
 * The lines of one change.
 * @throws AppError BAD_INPUT for a name that ip would interpret differently
 */
export function linesOf(change: SetupChange): string[] {
  switch (change.kind) {
    case 'bond.make': {
      const { name, mode, mtu, alias } = change.bond;
      return [
        `ip link add name ${word(name)} type bond mode ${word(mode)} miimon 100`,
        mark(name, alias),
        set(name, 'mtu', mtu),
      ];
    }
    case 'vlan.make': {
      const { name, parent, tag, mtu, alias } = change.vlan;
      return [
        `ip link add link ${word(parent)} name ${word(name)} mtu ${word(mtu)} type vlan id ${word(tag)}`,
        mark(name, alias),
      ];
    }
    case 'bridge.make':
      return bridgeLines(change.bridge);
    case 'bond.unmake':
      return [`del ${word(change.bond.name)} ${word(change.bond.alias)}`];
    case 'vlan.unmake':
      return [`del ${word(change.vlan.name)} ${word(change.vlan.alias)}`];
    case 'bridge.unmake':
      return [`del ${word(change.bridge.name)} ${word(change.bridge.alias)}`];
    case 'link.master':
      return [change.to === null ? set(change.link, 'nomaster') : set(change.link, 'master', change.to)];
    case 'link.mtu':
      return [set(change.link, 'mtu', change.to)];
    case 'link.up':
      return [set(change.link, change.up ? 'up' : 'down')];
    case 'link.ipv6':
      return [`ipv6 ${word(change.link)} ${change.on ? 'on' : 'off'}`];
    case 'ip.add':
      return [`ip address add ${word(change.address)}${broadcast(change.address)} dev ${word(change.link)}`];
    case 'ip.remove':
      return [`ip address del ${word(change.address)} dev ${word(change.link)}`];
    case 'route.add':
      return [`ip ${family(change.route)}route add ${routeWords(change.route)}`];
    case 'route.remove':
      return [`ip ${family(change.route)}route del ${routeWords(change.route)}`];
    case 'route.move':
      return moveLines(change.route, change.to);
    case 'dhcp.start':
    case 'dhcp.stop':
      return [`dhcp ${change.kind.slice(5)} ${word(change.client)} ${word(change.link)}`];
  }
}

/**
 * A bridge adopts the MTU of its ports until someone sets its own, and setting the current value does not count (br_change_mtu is
 * not even called): so it is first set to a different value.
 */
function bridgeLines({ name, mac, mtu, alias }: Extract<SetupChange, { kind: 'bridge.make' }>['bridge']): string[] {
  const other = mtu > 68 ? mtu - 1 : mtu + 1;
  return [
    `ip link add name ${word(name)} address ${word(mac)} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    mark(name, alias),
    set(name, 'mtu', other),
    set(name, 'mtu', mtu),
    set(name, 'addrgenmode', 'none'),
    `ipv6 ${word(name)} off`,
  ];
}

/** `brd +`: the broadcast address of the prefix, as every tool sets it; a host prefix has none. */
const broadcast = (address: string): string => (address.includes(':') || address.endsWith('/32') ? '' : ' brd +');

const isIpv6 = ({ to, via }: NetRoute): boolean => to.includes(':') || (via?.includes(':') ?? false);
/** A batch line has no room for `-6`: such a line runs separately. */
const family = (route: NetRoute): string => (isIpv6(route) ? '-6 ' : '');

function routeWords({ to, via, dev, metric }: NetRoute): string {
  const through = via === null ? '' : ` via ${word(via)}`;
  return `${word(to)}${through} dev ${word(dev)}${metric === null ? '' : ` metric ${word(metric)}`}`;
}

/** IPv4 replaces the route in place. In IPv6 the device is part of a route's identity, so this adds one and removes one. */
function moveLines(route: NetRoute, to: string): string[] {
  const moved = routeWords({ ...route, dev: to });
  return isIpv6(route)
    ? [`ip -6 route add ${moved}`, `ip -6 route del ${routeWords(route)}`]
    : [`ip route replace ${moved}`];
}

/** An order as text: each line after the number of its step, undo lines in reverse order. Ends with `end`. */
export function orderText(steps: readonly SetupStep[]): string {
  const numbered = steps.map(({ change, undo }, at) => ({
    apply: linesOf(change)
      .map((line) => `${at} ${line}\n`)
      .join(''),
    undo: linesOf(undo)
      .map((line) => `${at} ${line}\n`)
      .join(''),
  }));
  const apply = numbered.map((step) => step.apply).join('');
  const undo = numbered
    .map((step) => step.undo)
    .reverse()
    .join('');
  return `${apply}--\n${undo}end\n`;
}

/** The same for changes that are never undone. */
export const restoreText = (changes: readonly SetupChange[]): string =>
  changes.flatMap((change, at) => linesOf(change).map((line) => `${at} ${line}\n`)).join('');
