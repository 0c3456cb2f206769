import type { HostDriver } from '../../engine/ports/host-driver';
import type { Log } from '../../engine/ports/log';
import { LIBVIRT_NETWORKS } from '../linux/libvirt-networks';
import { LinuxHost } from '../linux/linux-host';
import { sealTable } from '../linux/seal';
import { stopTunnel } from '../linux/stretch/apply';
import { createVirshDriver } from '../linux/vms/virsh-driver';
import { CommandError } from '../command-error';
import type { Shell } from '../shell';
import { ensureTinyGuest, type TinyGuest } from '../tiny-guest/ensure';
import { FileCopier, type CopyFile } from './file-copier';
import { kvmThere } from './kvm-on-host';
import { leave, prepareFolders, sharedFolders } from './folders';

interface Visit {
  readonly home: string;
  readonly log: Log;
  readonly storeId: string;
  readonly shell: Shell;
  readonly carry: CopyFile;
  /** A separate connection that confirms a change of the network that the first one uses; omitted if not needed. */
  readonly fresh?: () => Promise<Shell>;
  /** Makes the shell usable; idempotent. */
  open(signal: AbortSignal): Promise<void>;
}

/** A Linux host that existed before Atoll and stays when Atoll is removed. */
export function sharedHost({ home, log, storeId, shell, carry, fresh, open }: Visit): HostDriver {
  const folders = sharedFolders(storeId);
  const fileCopier = new FileCopier(shell, folders.files, carry);
  let prepared = false;
  const prepare = async (signal: AbortSignal): Promise<void> => {
    if (prepared) return;
    await prepareFolders(shell, folders, signal);
    prepared = true;
  };
  const tinyGuest = async (signal: AbortSignal): Promise<TinyGuest> => {
    await prepare(signal);
    const here = await ensureTinyGuest(home);
    // The compressed kernel: the other one is five times as many bytes on the way.
    const [kernel, initrd] = await Promise.all([
      fileCopier.copyToHost(here.kernel, signal),
      fileCopier.copyToHost(here.initrd, signal),
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
      return fileCopier.copyToHost(path, signal, progress);
    },
    copyToHost: async (path, signal, progress) => {
      await prepare(signal);
      return fileCopier.copyIfExists(path, signal, progress);
    },
    accelerated: kvm,
  });
  return new LinuxHost({
    storeId,
    shell,
    vms,
    rootless: false,
    keys: folders.tunnel,
    outside: null,
    ...(fresh ? { fresh } : {}),
    keepsNetworks: true,
    libvirtNetworks: LIBVIRT_NETWORKS,
    kvm,
    connect: async (signal) => {
      await open(signal);
      prepared = false;
      await prepare(signal).catch((error: unknown) => {
        // Networks need no disk: a full or read-only one only prevents creating VMs, which report it.
        if (!(error instanceof CommandError)) throw error;
        log.warn({ host: shell.name, error: error.message, stderr: error.stderr }, 'no folders for VMs on the host');
      });
      return null;
    },
    powerOff: () => shell.close(),
    destroy: async (signal) => {
      await open(signal);
      await stopTunnel(shell, storeId, signal);
      await leave(shell, folders, sealTable(storeId), signal);
    },
  });
}

/** Queried once per driver: the answer does not change while the host is up. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => (answer ??= ask());
}
