import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BridgeSpec } from '../../engine/ports/changes';
import type { ServicesChange, ServicesSpec } from '../../engine/ports/services';
import { applyGroups } from '../../hosts/linux/apply';
import { look } from '../../hosts/linux/observe';
import { applyServices } from '../../hosts/linux/services/apply';
import { blockName } from '../conformance/hosts/kind';
import { netHere } from '../support/net-here';
import { makeTestHost, type TestHost } from '../support/netns-shell';
import { inGuest, servicesFor } from '../support/services-bed';

const missing = netHere('dnsmasq', 'busybox');
const STORE = '0193a1b2-0000-7000-8000-00000000feed';
const NEVER = new AbortController().signal;

const networkOf = (at: number): BridgeSpec => {
  const networkId = `0193a1b2-0000-7000-8000-${String(at).padStart(12, '0')}`;
  return {
    networkId,
    bridge: `svc${at}`,
    mac: `56:6f:00:00:01:0${at}`,
    mtu: 1500,
    alias: `atoll:${STORE}:${networkId}`,
  };
};

describe.skipIf(missing !== null)(blockName('addresses and names inside', missing), () => {
  let host: TestHost;
  const started: ServicesSpec[] = [];
  beforeAll(async () => {
    host = await makeTestHost();
    await host.shell.script('mount -t tmpfs tmpfs /run', []);
  });
  afterAll(async () => {
    for (const spec of started) await applied(stopOf(spec));
    host.remove();
  });
  const stopOf = ({ networkId, bridge, port, alias }: ServicesSpec): ServicesChange => ({
    kind: 'services.stop',
    ...{ networkId, bridge, port, alias },
  });
  const apply = (change: ServicesChange) =>
    applyServices(host.shell, STORE, [{ networkId: null, bridge: 'x', changes: [change] }], NEVER);
  const applied = async (change: ServicesChange): Promise<void> => expect(await apply(change)).toEqual([{ ok: true }]);
  const network = async (at: number): Promise<BridgeSpec> => {
    const spec = networkOf(at);
    await applyGroups(
      host.shell,
      STORE,
      [{ networkId: spec.networkId, bridge: spec.bridge, changes: [{ kind: 'bridge.create', spec }] }],
      NEVER,
    );
    return spec;
  };

  test('guests get their addresses and find each other by name', async () => {
    const bridge = await network(1);
    const spec = servicesFor(STORE, bridge);
    started.push(spec);
    await applied({ kind: 'services.start', spec });
    const [web] = spec.vnics;
    console.log(
      await inGuest(
        host.shell,
        bridge.bridge,
        web!.mac,
        'dhcp; ask db; ask db.blue.internal; ask example.org; ask 10.66.1.11; busybox ping -c 1 -w 2 10.66.1.254',
      ),
    );
    console.log(JSON.stringify((await look(host.shell, STORE)).network, null, 1).slice(0, 3000));
    console.log(
      (
        await host.shell.script(
          'ps -ef | tail -5; ls -la /run/atoll-root/services/*; cat /run/atoll-root/services/*/*.base /run/atoll-root/services/*/*.pid /run/atoll-root/services/*/*.files; ip -d link',
          [],
        )
      ).stdout,
    );
  });
});
