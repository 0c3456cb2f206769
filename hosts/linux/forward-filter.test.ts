import { describe, expect, it } from 'vitest';
import type { RunResult, Shell } from '../shell';
import { endsOf, filterText, ForwardFilter, othersOf, serversOf } from './forward-filter';

const STORE = '01a2171e-0928-7594-9883-f6b10116b447';
const bridge = (name: string, storeId: string | null) =>
  ({ name, owner: storeId === null ? null : { storeId, networkId: STORE } }) as never;
const nic = (name: string, master: string | null, kind: string) => ({ name, master, kind }) as never;

describe('the bridge port filter', () => {
  it('allows forwarding on bridges that are not sealed by us, and between taps without listing them', () => {
    const network = {
      bridges: [bridge('blue', STORE), bridge('admins', null)],
      nics: [
        nic('eth9', 'blue', 'veth'),
        nic('eth1', 'admins', 'veth'),
        nic('vnet0', 'admins', 'tap'),
        nic('eth2', null, 'veth'),
      ],
    };
    expect(othersOf(network, STORE)).toEqual(['eth1']);
  });

  it('is one text that starts from scratch each time', () => {
    const text = filterText('atoll_x', ['eth1']);
    expect(text).toContain('flush set bridge atoll_x others\nadd element bridge atoll_x others { "eth1" }');
    expect(text).toContain('policy drop');
    expect(text.endsWith('\n')).toBe(true);
  });

  it("lets a network's own server and taps reach each other, in its own bridge only", () => {
    const port = (name: string, master: string | null, storeId: string, kind = 'veth') =>
      ({ name, master, kind, alias: `atoll-port:${storeId}:${STORE}:services` }) as never;
    const other = STORE.replace('01a2171e', '01a2171f');
    const network = {
      bridges: [bridge('blue', STORE), bridge('admins', null)],
      nics: [
        port('ats1', 'blue', STORE),
        port('ats2', 'admins', STORE),
        port('ats3', null, STORE),
        port('ats4', 'blue', other),
        port('ats5', 'blue', STORE, 'vxlan'),
        nic('eth9', 'blue', 'veth'),
      ],
    };
    expect(serversOf(network, STORE)).toEqual(['ats1']);
    expect(othersOf(network, STORE)).toEqual([]);
    const text = filterText('atoll_x', [], ['ats1']);
    expect(text).toContain('add element bridge atoll_x servers { "ats1" }');
    expect(text).toContain('iifname @servers meta oifkind "tun" accept');
    expect(text).not.toContain('@servers oifname @servers');
  });

  it("lets a network's own tunnel end and taps reach each other, in its own bridge only", () => {
    const port = (name: string, master: string | null, storeId: string, kind = 'vxlan') =>
      ({ name, master, kind, alias: `atoll-tunnel:${storeId}:${STORE}` }) as never;
    const network = {
      bridges: [bridge('blue', STORE), bridge('admins', null)],
      nics: [
        port('att000001', 'blue', STORE),
        port('att000002', 'admins', STORE),
        port('att000003', 'blue', STORE.replace('01a2171e', '01a2171f')),
        port('att000004', 'blue', STORE, 'veth'),
      ],
    };
    expect(endsOf(network, STORE)).toEqual(['att000001']);
    expect(othersOf(network, STORE)).toEqual([]);
    const text = filterText('atoll_x', [], ['ats1'], ['att000001']);
    expect(text).toContain('add element bridge atoll_x ends { "att000001" }');
    expect(text).toContain('iifname @ends meta oifkind "tun" accept');
    expect(text).not.toMatch(/@ends oifname|@servers oifname @ends/);
  });

  it('never lets a name become nft syntax', () => {
    expect(filterText('atoll_x', ['a" }; flush ruleset', 'a*'])).not.toContain('flush ruleset');
    expect(filterText('atoll_x', ['a*'])).not.toContain('a*');
  });
});

describe('the filter of a lab', () => {
  const NEVER = new AbortController().signal;
  const NOTHING = { bridges: [], nics: [] };
  const NOTICE = `{"delete": {"table": {"family": "bridge", "name": "atoll_f6b10116b447", "handle": 7}}}`;

  /** A shell that counts what is written, and what is written and listed. */
  function kept() {
    const asked = { writes: 0, lists: 0 };
    const answer = (stdout: string): Promise<RunResult> => Promise.resolve({ exit: 0, stdout, stderr: '' });
    const shell: Pick<Shell, 'name' | 'run' | 'script'> = {
      name: 'lab',
      run: () => {
        asked.writes += 1;
        return answer('');
      },
      script: () => {
        asked.lists += 1;
        return answer(`listing ${asked.lists}`);
      },
    };
    return { asked, filter: new ForwardFilter(shell as Shell, STORE, { warn: () => undefined }) };
  }

  it('is written and listed once, and left alone while nft reports nothing', async () => {
    const { asked, filter } = kept();
    await filter.keep(NOTHING, NEVER);
    filter.hear(NOTICE);
    expect(filter.begin()).toBe('atoll_f6b10116b447');
    await filter.keep(NOTHING, NEVER, 'listing 1');
    expect(filter.begin()).toBeNull();
    await filter.keep(NOTHING, NEVER);
    expect(asked).toEqual({ writes: 0, lists: 1 });
  });

  it('is written again when the observation lists another, by one process, and compared by the next observation', async () => {
    const { asked, filter } = kept();
    await filter.keep(NOTHING, NEVER);
    filter.hear(NOTICE);
    filter.begin();
    await filter.keep(NOTHING, NEVER, '');
    expect(asked).toEqual({ writes: 1, lists: 1 });
    expect(filter.begin()).not.toBeNull();
    await filter.keep(NOTHING, NEVER, 'listing 1');
    expect(filter.begin()).toBeNull();
    expect(asked).toEqual({ writes: 1, lists: 1 });
  });

  it('is not written over and over by an nft that lists it differently', async () => {
    const { asked, filter } = kept();
    await filter.keep(NOTHING, NEVER);
    for (const listing of ['newer', 'newer', 'listing 2', 'listing 2']) {
      filter.hear(NOTICE);
      filter.begin();
      await filter.keep(NOTHING, NEVER, listing);
    }
    expect(asked).toEqual({ writes: 1, lists: 2 });
  });

  it('is listed by the next observation if one fails', async () => {
    const { filter } = kept();
    await filter.keep(NOTHING, NEVER);
    filter.hear(NOTICE);
    filter.begin();
    filter.fail();
    expect(filter.begin()).not.toBeNull();
  });
});
