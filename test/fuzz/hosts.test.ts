import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLinkLists, readLinks, readRoutes } from '../../hosts/linux/ip-json';
import { repairJson } from '../../hosts/linux/lenient-json';
import { sections } from '../../hosts/linux/observe';
import { parseNetwork } from '../../hosts/linux/observe-parse';
import { readReceived, readSent } from '../../hosts/linux/probe-parse';
import { leavesBridges, readRedirects, stackedOn } from '../../hosts/linux/redirects';
import { readSeals } from '../../hosts/linux/seal';
import { devicesWithHooks, hasMirred, readFilters } from '../../hosts/linux/traffic-control';
import { readDefinition, withPaths } from '../../hosts/linux/vms/pack';
import { overlap } from '../../hosts/linux/vms/console';
import { parseVms } from '../../hosts/linux/vms/observe-vms';
import { readState } from '../../hosts/linux/vms/read-domain';
import { loadXml } from '../../hosts/linux/vms/xml';
import { readMonitorLine } from '../../hosts/linux/watch';
import { evaluateHost, readFacts } from '../../hosts/shared/check-host';
import { UntilMarker } from '../../hosts/shells/persistent/frame';
import { KnownHosts, hostKey } from '../../hosts/shells/ssh/host-keys';
import { fuzz, jsons, texts } from './fuzz';
import {
  BRIDGE_RULES,
  FACTS,
  FDB,
  FILTERS,
  KNOWN_HOSTS,
  LINKS,
  MONITOR,
  NETDEV_TABLE,
  PROBE,
  ROUTES,
  RULES,
  VIRSH,
  ID,
  STORE,
} from './samples';

/** What a host says. Each reader gets recorded outputs of the real tools with something wrong in them. */
describe('what a host answers', () => {
  beforeAll(loadXml);

  it('ip: interfaces', () =>
    fuzz(jsons(LINKS), (links) => {
      const read = readLinks(links);
      expect(read.length).toBeLessThanOrEqual(links.length / 2);
      stackedOn(read);
      readLinkLists(links);
      parseNetwork({ links, table: null, speakingIpv6: new Set(['red', '__proto__']) });
    }));

  it('ip: a name is kept letter by letter, whatever root called it, and none hides another', () =>
    fuzz(fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 15 }), { maxLength: 8 }), (names) => {
      // As ip prints it: only the quote, the backslash and the usual letters are escaped.
      const printed = (name: string): string => name.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
      const text = `[${names.map((name) => `{"ifname":"${printed(name)}","flags":[],"mtu":1500}`).join(',')}]`;
      const seen = readLinks(text).map(({ ifname }) => ifname);
      if (JSON.stringify(seen) !== JSON.stringify(names)) throw new Error(`read ${JSON.stringify(seen)}`);
    }));

  it('ip: JSON that is JSON already is not mended', () =>
    fuzz(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      if (repairJson(text) !== text) throw new Error('it was changed');
    }));

  it('ip: routes', () => fuzz(jsons(ROUTES), (routes) => void readRoutes(routes)));

  it('ip monitor', () =>
    fuzz(texts(...MONITOR), (line) => {
      const notice = readMonitorLine(line, new Set(['atp1']));
      if (notice !== null && notice.length > line.length + 3) throw new Error('it reports more than it read');
    }));

  it('nft: seals', () => fuzz(jsons(NETDEV_TABLE), (json) => void readSeals(json, 'atoll_x')));

  it('nft: rules', () =>
    fuzz(jsons(RULES, BRIDGE_RULES), (json) => {
      readRedirects(json);
      leavesBridges(json, new Set(['red', 'vnet0']));
    }));

  it('nft and bridge: what a probe heard', () =>
    fuzz(fc.tuple(jsons(PROBE), jsons(LINKS), jsons(FDB)), ([a, links, fdb]) => {
      readReceived({ a, b: a, links, fdb, forwarded: '' });
      readSent(a, a);
    }));

  it('tc', () =>
    fuzz(jsons(FILTERS), (json) => {
      devicesWithHooks(json);
      hasMirred(json);
      readFilters(json);
    }));

  it('one look, cut into its sections', () =>
    fuzz(texts('[]\nW 0\n{"nftables": []}\nW 0\nred/disable_ipv6\nW 0\nhost'), (text) => {
      const all = sections(text, 'W').reduce((sum, section) => sum + section.text.length, 0);
      if (all > text.length) throw new Error('more came out than went in');
    }));

  it('virsh: states and definitions', () =>
    fuzz(texts(...VIRSH), (output) => {
      const { vms, ids } = parseVms(output, 'f00dcafe', [ID], STORE);
      if (vms.length > 1 || ids.length > output.length / 10) throw new Error('it makes up VMs');
    }));

  it('virsh: a state', () =>
    fuzz(texts('shut off (destroyed)', 'running (booted)', 'paused (user)'), (words) => void readState(words, false)));

  it('the facts that a check asks for', () => fuzz(texts(FACTS), (text) => void evaluateHost(readFacts(text))));

  it('a frame, in pieces of any size', () =>
    fuzz(
      fc.tuple(texts(`out\n${'a'.repeat(32)} 0\n`, `\n${'a'.repeat(32)} `, 'out'), fc.integer({ min: 1, max: 40 })),
      ([text, size]) => {
        const output = new UntilMarker('a'.repeat(32), 4096);
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += size) output.push(bytes.subarray(at, at + size));
        const { result } = output;
        if (result && !bytes.subarray(0, result.body.length).equals(result.body))
          throw new Error('the body is another one');
        if (output.sofar.length > bytes.length) throw new Error('it is longer than what came');
      },
    ));

  it('a console whose log and line overlap', () => {
    const few = fc.array(fc.constantFrom(97, 98), { maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    fuzz(fc.tuple(few, few), ([log, live]) => {
      let longest = Math.min(log.length, live.length);
      while (!log.subarray(log.length - longest).equals(live.subarray(0, longest))) longest -= 1;
      if (overlap(log, live) !== longest) throw new Error(`it is ${longest}`);
    });
  });

  it('the definition in a pack of a VM that moves', () =>
    fuzz(texts(...VIRSH.map((output) => output.slice(output.indexOf('<domain')))), (xml) => {
      withPaths(xml, new Map([['/a', '/b']]));
    }));
});

describe('files that say what is known', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-fuzz-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('known_hosts', () => {
    const file = join(folder, 'known_hosts');
    const key = hostKey(Buffer.from(KNOWN_HOSTS.split(' ')[2]?.split('\n')[0] ?? '', 'base64'));
    fuzz(texts(KNOWN_HOSTS), (text) => {
      writeFileSync(file, text);
      const known = new KnownHosts(file);
      known.types({ host: 'web1', port: 22 });
      known.verdict({ host: 'web1', port: 22 }, key);
    });
  });

  it('a host key', () => fuzz(fc.uint8Array({ maxLength: 80 }), (blob) => void hostKey(Buffer.from(blob))));

  it('a pack', () =>
    fuzz(jsons({ xml: null, externals: [{ name: 'a', path: '/a', identity: 'x:1:2' }] }), (definition) => {
      readDefinition({ definition, files: [] });
    }));

  // Readers of OVF and of XML given by the API belong here as soon as there are any.
});
