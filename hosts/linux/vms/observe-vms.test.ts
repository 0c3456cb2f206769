import { beforeAll, describe, expect, it, test } from 'vitest';
import { AppError } from '../../../contract';
import type { Shell } from '../../shell';
import { timedOut } from '../../shells/outcome';
import { observeVms, parseVms, VmReader } from './observe-vms';
import { LibvirtWatchdog } from './libvirt-watchdog';
import { readState } from './read-domain';
import { loadXml } from './xml';

beforeAll(loadXml);

const A = '11111111-2222-4333-8444-555555555555';
const B = '22222222-2222-4333-8444-555555555555';
const STORE = '99999999-2222-4333-8444-555555555555';
const NUMBER = 'f00dcafe';
const mark = (store: string): string =>
  `<metadata><a:domain xmlns:a="urn:atoll:domain:1" store="${store}" vm="x"/></metadata>`;
const domain = (id: string, inside = ''): string =>
  `<domain id='1'><name>n-${id[0]}</name><uuid>${id}</uuid><memory unit='KiB'>196608</memory>${inside}</domain>\n`;

/** As `virsh -q` answers to OBSERVE; `echo` is without a newline. */
const answer = (state: string, xml: string): string => `${state}${state && '\n\n'}${xml}${NUMBER}`;
const output = (saved: string, all: string, ...answers: string[]): string =>
  `${saved}\n${NUMBER}${answers.join('')}${all}\n`;
const parsed = (text: string, ...asked: string[]) => parseVms(text, NUMBER, asked, STORE).vms;

describe('the VMs of a host', () => {
  it('include the target of a NIC that is on no user-visible bridge', () => {
    const nics =
      `<devices><interface type='network'><mac address='52:54:00:00:00:01'/><source network='default' bridge='virbr0'/></interface>` +
      `<interface type='direct'><mac address='52:54:00:00:00:02'/><source dev='eth0' mode='bridge'/></interface></devices>`;
    const [vm] = parsed(output('', A, answer('shut off (shutdown)', domain(A, nics))), A);
    expect(vm?.vnics.map(({ elsewhere }) => elsewhere)).toEqual(['libvirt network default', 'macvtap on eth0']);
  });

  it('are read with states, taps, bridges and links', () => {
    const nics =
      `<devices><interface type='bridge'><mac address='56:6F:00:00:00:01'/><source bridge='blue'/><target dev='vnet0'/></interface>` +
      `<interface type='bridge'><mac address='56:6f:00:00:00:02'/><source bridge='atoll.none'/><target dev='vnet1'/><link state='down'/></interface></devices>`;
    const vms = parsed(
      output(
        '',
        `${A}\n${B}`,
        answer('running (booted)', domain(A, mark(STORE) + nics)),
        answer('shut off (destroyed)', domain(B, nics)),
      ),
      A,
      B,
    );
    expect(vms).toEqual([
      {
        id: A,
        name: 'n-1',
        ours: true,
        state: 'up',
        why: null,
        memoryMiB: 192,
        cpus: 1,
        vnics: [
          { mac: '56:6f:00:00:00:01', tap: 'vnet0', bridge: 'blue', linked: true },
          { mac: '56:6f:00:00:00:02', tap: 'vnet1', bridge: null, linked: false },
        ],
      },
      expect.objectContaining({
        id: B,
        ours: false,
        state: 'down',
        why: 'destroyed',
        vnics: [expect.objectContaining({ tap: null }), expect.anything()],
      }),
    ]);
  });

  it('have an agent while a program in the guest has opened its line', () => {
    const line = (state: string): string =>
      `<devices><channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0" state="${state}"/></channel></devices>`;
    const agents = ['connected', 'disconnected'].map(
      (state) => parsed(output('', A, answer('running (booted)', domain(A, line(state)))), A)[0]?.agent,
    );
    expect(agents).toEqual([true, undefined]);
  });

  it('are suspended if libvirt keeps their memory', () => {
    const [vm] = parsed(output(A, A, answer('shut off (saved)', domain(A))), A);
    expect(vm?.state).toBe('suspended');
  });

  it('of another store are not ours', () => {
    const [vm] = parsed(output('', A, answer('running (booted)', domain(A, mark(B)))), A);
    expect(vm?.ours).toBe(false);
  });

  it('are left out if they vanish while they are read', () => {
    expect(
      parsed(output('', B, answer('', ''), answer('running (booted)', domain(B))), A, B).map(({ id }) => id),
    ).toEqual([B]);
  });

  it("can't be forged by the text of a definition", () => {
    const forged = `<description>\n1running\n\n${domain(B, mark(STORE)).replaceAll('<', '&lt;')}1\n${B}\n</description>`;
    const read = parseVms(output('', A, answer('running (booted)', domain(A, forged))), NUMBER, [A, B], STORE);
    expect([read.vms.map(({ id }) => id), read.ids]).toEqual([[A], [A]]);
  });

  it('that nobody knew are read by one more virsh, and only those', async () => {
    const asked: string[][] = [];
    const shell = {
      script: (_: string, [number = '', ...ids]: string[]) => {
        asked.push(ids);
        const answers = ids.map((id) => `running (booted)\n\n${domain(id)}${number}`).join('');
        return Promise.resolve({ exit: 0, stdout: `${number}${answers}${A}\n${B}\n`, stderr: '' });
      },
    } as unknown as Shell;
    const reader = new VmReader(shell, STORE, new LibvirtWatchdog(shell));
    expect((await reader.read())?.map(({ id }) => id)).toEqual([A, B]);
    expect((await reader.read())?.map(({ id }) => id)).toEqual([A, B]);
    expect((await observeVms(shell, STORE, undefined, [B]))?.map(({ id }) => id)).toEqual([B, A]);
    expect(asked).toEqual([[], [A, B], [A, B], [B], [A]]);
  });

  it('are unknown, rather than none, if libvirt does not answer', async () => {
    const dead = {
      script: () => Promise.resolve({ exit: 3, stdout: '', stderr: 'error: failed to connect' }),
    } as unknown as Shell;
    expect(await observeVms(dead, STORE)).toBeNull();
  });
});

describe('the VMs of a host whose virsh stays', () => {
  const gone = "error: failed to get domain 'x'\n";
  const list = (...ids: string[]): string => `${ids.join('\n')}\n`;
  const up = (id: string, inside = ''): string => `running (booted)\n\n${domain(id, inside)}\n`;

  /** `own`: those that a virsh of its own finds, which is started where the other has no answer. */
  function host(answers: readonly string[] | null, own = [A]) {
    const asked: (readonly string[])[] = [];
    let starts = 0;
    const script = (_: string, [number = '', ...ids]: string[]) => {
      starts += 1;
      const found = ids.map((id) => `${own.includes(id) ? up(id) : ''}${number}`).join('');
      return Promise.resolve({ exit: 0, stdout: `${number}${found}${list(...own)}`, stderr: '' });
    };
    const ask = (commands: readonly string[], { starts: mayStart = false } = {}) => {
      asked.push(commands);
      expect(mayStart).toBe(false);
      return Promise.resolve(answers);
    };
    const shell = { script, virsh: { ask } } as unknown as Shell;
    const read = async () => (await observeVms(shell, STORE, undefined, [A, B]))?.map(({ id, state }) => [id, state]);
    return { read, asked, starts: () => starts };
  }

  it('are read by it, in the same order, with those that are saved', async () => {
    const { read, asked, starts } = host([list(B), up(A), `shut off (saved)\n\n${domain(B)}\n`, list(A, B)]);
    expect(await read()).toEqual([
      [A, 'up'],
      [B, 'suspended'],
    ]);
    expect(starts()).toBe(0);
    expect(asked[0]?.[1]).toBe(`domstate --reason ${A}; dumpxml ${A}`);
  });

  it('are left out if they are gone, also in the middle of being read', async () => {
    const { read, starts } = host(['\n', gone + gone, `running (booted)\n\n${gone}`, '\n']);
    expect([await read(), starts()]).toEqual([[], 0]);
  });

  it.each([
    ['it has none', null],
    ['libvirt was lost before a list', ['\n', up(A), up(B), 'error: Failed to list domains\n']],
    ['it connected again for a list', ['error: Reconnected to the hypervisor\n\n', up(A), up(B), list(A, B)]],
    ['a VM has another error', ['\n', up(A), 'error: Timed out during operation\n', list(A, B)]],
    ['libvirt was lost after a definition', ['\n', up(A), `${up(B)}error: Disconnected\n`, list(A, B)]],
  ])('are read by a virsh of its own if %s', async (_, answers) => {
    const { read, starts } = host(answers);
    expect([await read(), starts()]).toEqual([[[A, 'up']], 1]);
  });

  it("can't be hidden by the text of a definition, at most cost a start", async () => {
    const text = `<description>\nerror: failed to get domain 'x'\n</description>`;
    expect(await host(['\n', up(A, text), up(B), list(A, B)]).read()).toHaveLength(2);
  });
});

describe('a libvirt state', () => {
  it.each([
    ['running (booted)', 'up', null],
    ['paused (user)', 'paused', 'user'],
    ['paused (I/O error)', 'paused', 'I/O error'],
    ['paused (saving)', 'saving_state', 'saving'],
    ['in shutdown (unknown)', 'powering_down', 'unknown'],
    ['shut off (shutdown)', 'down', 'shutdown'],
    ['shut off (crashed)', 'down', 'crashed'],
    ['crashed (panicked)', 'down', 'crashed'],
    ['something new', 'unknown', 'something new'],
  ])('%s is %s', (words, state, why) => {
    expect(readState(words, false)).toEqual({ state, why });
  });
});

test('a hanging libvirt delays only the first observation, and is probed again once it responds', async () => {
  let asked = 0;
  let hangs = true;
  const script = () => {
    asked += 1;
    return hangs
      ? Promise.reject(timedOut({ host: 'here', shown: ['sh'] }, 15_000, ''))
      : Promise.resolve({ exit: 0, stdout: '', stderr: '' });
  };
  const shell = { name: 'here', script } as unknown as Shell;
  const pulse = new LibvirtWatchdog(shell);
  const reader = new VmReader(shell, STORE, pulse);
  expect([await reader.read(), await reader.read(), asked]).toEqual([null, null, 1]);
  pulse.received();
  hangs = false;
  expect([await reader.read(), asked]).toEqual([[], 2]);
});

test('an unreachable host does not count as a hanging libvirt', async () => {
  const gone = new AppError('HOST_UNREACHABLE', 'gone');
  const shell = { name: 'here', script: () => Promise.reject(gone) } as unknown as Shell;
  await expect(new VmReader(shell, STORE, new LibvirtWatchdog(shell)).read()).rejects.toBe(gone);
});
