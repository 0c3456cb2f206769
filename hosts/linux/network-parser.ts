import { createHash } from 'node:crypto';
import { parseNetwork, type ObservedNetwork, type RawNetwork } from './observe-parse';
import { ALL_NICS } from './speeds';

/**
 * What ip reports differently each time, though nothing has changed and nothing reads it: when a bridge next forgets addresses that it
 * has learned, and how long a leased address is still valid.
 */
const TICKING = /"(?:gc_timer|valid_life_time|preferred_life_time)":\s*[\d.]+,?/g;

/** Kinds of links without a speed, of which a host can have thousands. */
const WITHOUT_SPEED = new Set(['tun', 'veth']);
/** With more than these it is quicker to look for those that have a speed. */
const MOST_NICS = 200;
/** As the kernel has them (dev_valid_name in net/core/dev.c). */
const NAME = /^[^\s/\0]{1,15}$/;

/**
 * Parses the observations of one host. Most find what the last one found: then its result is returned, the same objects, and none of
 * the megabytes is parsed.
 */
export class NetworkParser {
  private last: { readonly digest: string; readonly network: ObservedNetwork } | null = null;

  /** Of which links the next observation asks for the speed: any of which the last one does not say that it is a tap or a veth end. */
  get speedsOf(): readonly string[] {
    const nics = this.last?.network.nics.filter(({ kind, name }) => !WITHOUT_SPEED.has(kind) && NAME.test(name));
    return nics && nics.length <= MOST_NICS ? nics.map(({ name }) => name) : ALL_NICS;
  }

  parse(raw: RawNetwork): ObservedNetwork {
    const digest = digestOf(raw);
    if (this.last?.digest !== digest) this.last = { digest, network: parseNetwork(raw) };
    return this.last.network;
  }
}

function digestOf({ links, ...rest }: RawNetwork): string {
  const { table, speakingIpv6, probing = [], ...texts } = rest;
  const others = JSON.stringify([texts, [...speakingIpv6], [...probing], table?.name ?? null]);
  const hash = createHash('sha256').update(others);
  for (const text of [table?.json ?? '', links.replace(TICKING, '')]) hash.update(`\n${text.length}\n`).update(text);
  return hash.digest('base64');
}
