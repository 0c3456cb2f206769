import { join } from 'node:path';
import type { HostDriver } from '../engine/ports/host-driver';
import type { DoctorCheck, LocalHow, SshHow } from '../contract';
import type { HostHow, Hosts } from '../engine/ports/hosts';
import type { Log } from '../engine/ports/log';
import { type Secrets, secretOwner } from '../engine/ports/secrets';
import { examine } from './doctor/doctor';
import { kvmWorks } from './doctor/kvm';
import { checkDiskFile } from './disk-file';
import { freePort } from './free-port';
import { noFile } from './missing-file';
import { remedyOf } from './doctor/remedy';
import type { LabIdentity } from './lab/identity';
import { listLabs } from './lab/labs';
import { BUILD_CAGE } from './lab/cage';
import { REVIVE_DAEMONS } from './lab/daemons';
import { Lab } from './lab/life';
import { isRootless } from './lab/namespaces';
import { LabOutside } from './lab/outside/lab-outside';
import { ForwardFilter } from './linux/forward-filter';
import { LinuxHost } from './linux/linux-host';
import { createVirshDriver } from './linux/vms/virsh-driver';
import { LabShell } from './shells/lab';
import { LocalShell } from './shells/local';
import { LocalRootShell } from './shells/local-root/root-shell';
import { KnownHosts } from './shells/ssh/host-keys';
import { acceptHostKey, keyState, nextHostKey } from './shells/ssh/next-host-key';
import { SshShell, type SshTarget } from './shells/ssh/ssh-shell';
import { upload } from './shells/persistent/upload';
import { createSimulatedHost } from './simulated/simulated-host';
import { ensureTinyGuest } from './tiny-guest/ensure';
import type { CopyFile } from './shared/file-copier';
import { checkHost } from './shared/check-host';
import { sharedHost } from './shared/shared-host';

export interface HostsOptions {
  /** Absolute path of the home, which contains labs, guests, simulated hosts and known host keys. */
  readonly home: string;
  readonly log: Log;
  readonly secrets: Secrets;
  /** An ssh config to read instead of the user's and the system's. */
  readonly configFile?: string;
  /** The command prefix for this computer as a host: the nsenter of a test's own namespaces. */
  readonly enter?: () => readonly string[];
}

const NOTHING = (): readonly string[] => [];

/** The user waits for the answer. */
const EXAMINE_MS = 45_000;

interface Context extends HostsOptions {
  readonly local: LocalShell;
  readonly known: KnownHosts;
}

type Wanted = Parameters<Hosts['driver']>[0];

/** The hosts that this build supports. Creates nothing until a driver is connected. */
export function createHosts(options: HostsOptions): Hosts {
  const { home } = options;
  const local = new LocalShell();
  const context: Context = { ...options, local, known: new KnownHosts(knownHostsFile(home)) };
  return {
    driver: (wanted) => createDriver(context, wanted),
    doctor: () => examine(local, home),
    freePort,
    noFile,
    diskFormat: async (path, format) =>
      (await checkDiskFile(local, { path, format, isNamed: true, field: 'boot.path' })).format,
    remedy: async (check) => remedyOf(await examine(local, home), check, local),
    labs: () => listLabs(home),
    removeLab: (id) => new Lab(home, id).remove(new AbortController().signal),
    hostKey: (how, secrets) => nextHostKey(sshTarget(context, how, () => Promise.resolve(secrets), false)),
    keyState: (how) => keyState(sshTarget(context, how, () => Promise.resolve(null), false)),
    acceptHostKey: (hostId, how, fingerprint, place) =>
      acceptHostKey(sshTarget(context, how, keptSecrets(context, hostId, how), false), fingerprint, place),
    examine: (how, from) =>
      examineHost(
        context,
        how,
        'hostId' in from ? keptSecrets(context, from.hostId, how) : () => Promise.resolve(from.secrets),
      ),
  };
}

/** The file of a simulated host, which outlives the engine as a real host does. */
export const simulatedStateFile = (home: string, hostId: string): string => join(home, 'simulated', `${hostId}.json`);

/** Confirmed host keys, in OpenSSH's format. */
export const knownHostsFile = (home: string): string => join(home, 'known_hosts');

function createDriver(context: Context, wanted: Wanted): HostDriver {
  const { id, storeId, how } = wanted;
  switch (how.kind) {
    case 'lab':
      return labHost(context, wanted);
    case 'ssh':
      return sshHost(context, { id, storeId, how });
    case 'local':
      return localHost(context, { id, storeId, how });
    case 'simulated':
      return createSimulatedHost({
        id,
        name: wanted.name,
        storeId,
        how,
        stateFile: simulatedStateFile(context.home, id),
      });
  }
}

function labHost({ home, local, log }: Context, { id, storeId, name }: Wanted): HostDriver {
  const lab = new Lab(home, id, name);
  const shell = new LabShell(lab);
  const kvm = async (): Promise<boolean> => (await kvmWorks(local, home).catch(withoutKvm(log))).works;
  const vms = createVirshDriver(shell, {
    storeId,
    diskDir: lab.paths.disks,
    logDir: lab.paths.serialLogs,
    tinyGuest: () => ensureTinyGuest(home),
    broughtDir: null,
    baseImage: (path) => Promise.resolve(path),
    copyToHost: null,
    lendsFiles: true,
    accelerated: kvm,
  });
  return new LinuxHost({
    storeId,
    shell,
    vms,
    outside: new LabOutside(lab, shell),
    rootless: isRootless(),
    keys: lab.paths.tunnel,
    filter: new ForwardFilter(shell, storeId, log),
    revive: async () => {
      const { stderr } = await shell.script(REVIVE_DAEMONS, [lab.paths.root, BUILD_CAGE], { okExits: 'any' });
      if (stderr !== '') log.warn({ lab: id, stderr: stderr.slice(-500) }, 'libvirt did not start again');
    },
    kvm,
    connect: async (signal) => bootOf(await lab.start(signal)),
    powerOff: (signal) => lab.stop(signal),
    destroy: (signal) => lab.remove(signal),
  });
}

type SecretsOf = SshTarget['secrets'];

/** The secrets given for this host at its current address. */
const keptSecrets =
  ({ secrets }: Context, hostId: string, how: HostHow): SecretsOf =>
  (hostKey) =>
    secrets.get(hostId, secretOwner(how), hostKey);

const sshTarget = ({ known, configFile }: Context, how: SshHow, secrets: SecretsOf, remember: boolean): SshTarget => ({
  how,
  known,
  remember,
  configFile: configFile ?? null,
  secrets,
});

/** Inspects a host over a separate connection, which is closed again. */
async function examineHost(context: Context, how: HostHow, secrets: SecretsOf): Promise<DoctorCheck[]> {
  switch (how.kind) {
    case 'ssh':
      return examineOver(new SshShell(sshTarget(context, how, secrets, false)));
    case 'local':
      return examineOver(new LocalRootShell({ how, enter: context.enter ?? NOTHING, secrets }));
    case 'lab':
      return (await examine(context.local, context.home)).checks;
    case 'simulated':
      return [];
  }
}

async function examineOver(shell: SshShell | LocalRootShell): Promise<DoctorCheck[]> {
  try {
    await shell.open(AbortSignal.timeout(EXAMINE_MS));
    return await checkHost(shell);
  } finally {
    await shell.close();
  }
}

/**
 * The timeout for reaching a host again after its network was changed: enough for a slow link (some twelve round trips), and for a
 * few attempts within its patience.
 */
const FRESH_MS = 10_000;

function sshHost(context: Context, { id, storeId, how }: Wanted & { how: SshHow }): HostDriver {
  const { home, log } = context;
  const secrets = keptSecrets(context, id, how);
  const shell = new SshShell(sshTarget(context, how, secrets, true));
  const carry: CopyFile = async (from, to, progress, signal) =>
    upload(await shell.session(), shell.name, from, to, progress, signal);
  const fresh = async (): Promise<SshShell> => {
    const other = new SshShell(sshTarget(context, how, secrets, true));
    await other.open(AbortSignal.timeout(FRESH_MS));
    return other;
  };
  return sharedHost({ home, log, storeId, shell, carry, fresh, open: (signal) => shell.open(signal) });
}

function localHost(context: Context, { id, storeId, how }: Wanted & { how: LocalHow }): HostDriver {
  const { home, log, enter = NOTHING } = context;
  const shell = new LocalRootShell({ how, enter, secrets: keptSecrets(context, id, how) });
  const carry: CopyFile = async (from, to, progress, signal) =>
    upload(await shell.session(), shell.name, from, to, progress, signal);
  return sharedHost({ home, log, storeId, shell, carry, open: (signal) => shell.open(signal) });
}

/** A lab is restarted more often than the kernel under it. */
const bootOf = ({ bootId, startTime }: LabIdentity): string => `${bootId}.${startTime}`;

/** Without the files of a test guest, KVM counts as not working; emulated guests always work. */
function withoutKvm(log: Log): (error: unknown) => { works: boolean } {
  return (error) => {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'KVM could not be tested');
    return { works: false };
  };
}
