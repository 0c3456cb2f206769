import type { HostDriver } from '../../engine/ports/host-driver';
import type { Log } from '../../engine/ports/log';
import { LinuxHost } from '../linux/linux-host';
import { sealTable } from '../linux/seal';
import { createVirshDriver } from '../linux/vms/virsh-driver';
import { CommandError } from '../command-error';
import type { Shell } from '../shell';
import { ensureTinyGuest } from '../tiny-guest/ensure';
import { Bringer, type Carry } from './bring';
import { kvmThere } from './kvm-there';
import { leave, prepareFolders, visitedFolders } from './folders';

interface Visit {
  readonly home: string;
  readonly log: Log;
  readonly storeId: string;
  readonly shell: Shell;
  readonly carry: Carry;
  /** A connection of its own, for who confirms a change of the network that the first one runs over; left out where none does. */
  readonly fresh?: () => Promise<Shell>;
  /** Makes the shell usable; safe to call again. */
  open(signal: AbortSignal): Promise<void>;
}

/** A Linux host that was there before Atoll and stays when it goes. */
export function visitedHost({ home, log, storeId, shell, carry, fresh, open }: Visit): HostDriver {
  const folders = visitedFolders(storeId);
  const bringer = new Bringer(shell, folders.files, carry);
  let prepared = false;
  const prepare = async (signal: AbortSignal): Promise<void> => {
    if (prepared) return;
    await prepareFolders(shell, folders, signal);
    prepared = true;
  };
  const tinyGuest = async (signal: AbortSignal): Promise<{ kernel: string; initrd: string }> => {
    await prepare(signal);
    const here = await ensureTinyGuest(home);
    const [kernel, initrd] = await Promise.all([
      bringer.bring(here.kernel, signal),
      bringer.bring(here.initrd, signal),
    ]);
    return { kernel, initrd };
  };
  const kvm = once(() => kvmThere(shell, tinyGuest, log));
  const vms = createVirshDriver(shell, {
    storeId,
    diskDir: folders.disks,
    logDir: folders.serialLogs,
    tinyGuest,
    prepare,
    broughtDir: folders.files,
    baseImage: async (path, signal, progress) => {
      await prepare(signal);
      return bringer.bring(path, signal, progress);
    },
    bring: async (path, signal, progress) => {
      await prepare(signal);
      return bringer.bringIfThere(path, signal, progress);
    },
    accelerated: kvm,
  });
  return new LinuxHost({
    storeId,
    shell,
    vms,
    rootless: false,
    outside: null,
    ...(fresh ? { fresh } : {}),
    keepsNetworks: true,
    kvm,
    connect: async (signal) => {
      await open(signal);
      prepared = false;
      await prepare(signal).catch((error: unknown) => {
        // Networks need no disk: a full or read-only one keeps only VMs from being made, and they say so.
        if (!(error instanceof CommandError)) throw error;
        log.warn({ host: shell.name, error: error.message, stderr: error.stderr }, 'no folders for VMs on the host');
      });
      return null;
    },
    powerOff: () => shell.close(),
    destroy: async (signal) => {
      await open(signal);
      await leave(shell, folders, sealTable(storeId), signal);
    },
  });
}

/** Asked once a driver: the answer does not change while the host is up. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => (answer ??= ask());
}
