import { describe, expect, it } from 'vitest';
import type { MoveChoice, VmDriver, VmMover, VmPack, VmSpec } from '../../../engine/ports/host-driver';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import { vmPipeline } from './pipeline';
import { LibvirtWatchdog } from './libvirt-watchdog';
import { RememberedVms } from './remembered-vms';

const VM = '0198c5a0-0000-7000-8000-000000000001';
const signal = new AbortController().signal;

/** A driver that records the order of calls; `fail`: what its `act` throws, call by call. */
function setUp(fail: Array<Error | null> = []) {
  const log: string[] = [];
  const memory = new RememberedVms();
  const forget = memory.forget.bind(memory);
  memory.forget = () => {
    log.push('forget');
    forget();
  };
  const shell = {
    name: 'node1',
    stream: () => Promise.reject(new Error('not asked')),
    script: (_script: string, args: readonly string[]) => {
      log.push(`quiet ${args[0]}`);
      return Promise.resolve({ exit: 0, stdout: '', stderr: '' });
    },
  } as unknown as Shell;
  const land: VmMover['land'] = (_spec, _pack, _signal, choice) => {
    log.push(`land ${JSON.stringify(choice)}`);
    return Promise.resolve(new Map());
  };
  const driver = {
    act: (_vm: string, verb: string) => {
      log.push(verb);
      const error = fail.shift() ?? null;
      return error === null ? Promise.resolve() : Promise.reject(error);
    },
    diskFormat: () => {
      log.push('diskFormat');
      return Promise.resolve('qcow2');
    },
    mover: { land },
    snapshots: {},
  } as unknown as VmDriver;
  const revive = (): Promise<void> => {
    log.push('revive');
    return Promise.resolve();
  };
  return { log, vms: vmPipeline(driver, { shell, pulse: new LibvirtWatchdog(shell), memory, revive }) };
}

describe('the pipeline of VM actions', () => {
  it('starts a VM in a fixed order: memory dropped, daemon up, virsh, memory dropped', async () => {
    const { log, vms } = setUp();
    await vms.act(VM, 'start', signal);
    expect(log).toEqual(['forget', 'revive', 'start', 'forget']);
  });

  it('quiets the taps of a VM that resumes', async () => {
    const { log, vms } = setUp();
    await vms.act(VM, 'resume', signal);
    expect(log).toEqual(['forget', 'resume', `quiet ${VM}`, 'forget']);
  });

  it('starts again if the log daemon had just ended', async () => {
    const { log, vms } = setUp([new CommandError('node1', ['virsh'], 1, 'cannot connect to virtlogd')]);
    await vms.act(VM, 'start', signal);
    expect(log).toEqual(['forget', 'revive', 'start', 'revive', 'start', 'forget']);
  });

  it('drops the remembered VMs if an action fails, and leaves taps alone', async () => {
    const { log, vms } = setUp([new Error('no')]);
    await expect(vms.act(VM, 'stop', signal)).rejects.toThrow('no');
    expect(log).toEqual(['forget', 'stop', 'forget']);
  });

  it('adds nothing around methods that only read', async () => {
    const { log, vms } = setUp();
    await vms.diskFormat(VM, '/disk.qcow2', signal);
    expect(log).toEqual(['diskFormat']);
  });

  it("passes on the user's choices for a moved definition", async () => {
    const { log, vms } = setUp();
    const choice: MoveChoice = { carry: ['serial-1'], leave: ['hostdev-1'] };
    await vms.mover.land({} as VmSpec, {} as VmPack, signal, choice);
    expect(log).toEqual(['forget', `land ${JSON.stringify(choice)}`, 'forget']);
  });
});
