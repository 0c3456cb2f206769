import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { missingForDebianHost } from '../support/debian-host/image';
import { DebianScene } from '../support/debian-host/scene';

const missing = missingForDebianHost();

/** At which command of Atoll's the host resets itself, as when its power fails: what the guest has not synced is lost. */
interface Moment {
  readonly tool: 'nft' | 'mv' | 'ip';
  /** A pattern of sh, of the command's words. */
  readonly words: string;
  readonly when: 'before' | 'after';
}

/** $1 the tool, $2 the pattern, $3 before or after. Armed until the next boot. */
const ARM = `
real=$(PATH=/usr/sbin:/usr/bin command -v "$1")
for folder in /usr/local/bin /usr/local/sbin; do
  printf '%s\\n' '#!/bin/sh' "reset() { echo b >/proc/sysrq-trigger; sleep 60; }" "case \\"\\$*\\" in $2) hit=1 ;; esac" \\
    '[ -n "$hit" ] && [ -e /run/armed ] || exec '"$real"' "$@"' >"$folder/$1"
  if [ "$3" = before ]; then echo reset; else printf '%s\\n' "$real"' "$@"' reset; fi >>"$folder/$1"
  chmod 755 "$folder/$1"
done
sync; : >/run/armed
`;

describe.skipIf(missing !== null)(blockName('a Debian host whose power fails in the middle', missing), () => {
  let scene: DebianScene;
  beforeAll(async () => {
    scene = await DebianScene.open({ wires: 2 });
    await scene.app.done(scene.app.client.networks.add({ name: 'office', clusters: ['Default'] }));
  });
  afterAll(() => scene?.dispose());

  const bootId = async (): Promise<string> =>
    (await scene.machine.shell.run(['cat', '/proc/sys/kernel/random/boot_id'])).stdout;
  /** Gives a command, and waits until the host has reset itself in it, and is up again. Resolves with the links of the moment after the boot. */
  async function failsAt(moment: Moment, command: () => Promise<{ job: string | null }>) {
    await scene.machine.shell.script(ARM, [moment.tool, moment.words, moment.when]);
    const before = await bootId();
    const reset = await scene.machine.nextReset();
    const { job } = await command();
    await reset();
    await scene.machine.reopen();
    expect(await bootId()).not.toBe(before);
    const links = await scene.links();
    await scene.machine.shell.script('rm -f /usr/local/bin/* /usr/local/sbin/*', []);
    await scene.app.ended({ job });
    await scene.up();
    return links;
  }
  const add = (name: string) => () => scene.app.client.networks.add({ name, isIsolated: true, clusters: ['Default'] });

  // Where there is a bridge after the boot it was made by the boot file, which seals it.
  it.each([
    ['between bridge and seal', { tool: 'nft', words: '-f*', when: 'before' }],
    ['before the boot file has it', { tool: 'mv', words: '*/etc/atoll/*', when: 'before' }],
  ] as const)('recreates an isolated network after a power failure %s', async (_, moment) => {
    const name = `net${moment.tool}${moment.when}`;
    const links = await failsAt(moment, add(name));
    if (links.has(name)) {
      const { stdout } = await scene.machine.shell.run(['nft', 'list', 'ruleset']);
      expect(stdout).toContain(`"${name}"`);
    }
    await scene.app.done(scene.app.client.hosts.sync({ host: 'debian' }));
    expect(await scene.attached()).toMatchObject({ [name]: 'in_sync' });
    expect(await scene.verdict(name)).toBe('isolated');
  });

  it.each([
    ['before anything is changed', { tool: 'ip', words: '*-batch*', when: 'before' }],
    ['once all is changed', { tool: 'ip', words: '*-batch*', when: 'after' }],
    ['once it is confirmed', { tool: 'mv', words: 'armed?confirmed', when: 'after' }],
    ['before the boot file has it', { tool: 'mv', words: '*/etc/atoll/*', when: 'before' }],
  ] as const)(
    'has its NIC in a network or as it was after a power failure in Setup networks, %s',
    async (_, moment) => {
      const { hosts } = scene.app.client;
      const [address = ''] = await scene.addresses('eth0');
      const ipv4 = { kind: 'static', address, gateway: '10.0.2.2' } as const;
      const setUp = (): ReturnType<typeof hosts.setupNetworks> =>
        hosts.setupNetworks({ host: 'debian', commitTimeout: 300, attach: [{ network: 'office', nic: 'eth0', ipv4 }] });
      const links = await failsAt(moment, setUp);
      expect(links.get('eth0')?.master).toBe(links.has('office') ? 'office' : undefined);
      await scene.app.done(hosts.sync({ host: 'debian' }));
      if ((await scene.attached())['office'] === undefined) await scene.app.done(setUp());
      expect(await scene.attached()).toMatchObject({ office: 'in_sync' });
      expect(await scene.addresses('office')).toEqual([address]);
      await scene.app.done(hosts.setupNetworks({ host: 'debian', commitTimeout: 300, detach: ['office'] }));
      expect([(await scene.links()).has('office'), await scene.addresses('eth0')]).toEqual([false, [address]]);
    },
  );
});
