import { constants, existsSync } from 'node:fs';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { userHome } from '../account';
import { currentBootId } from '../lab/identity';
import { AS_QEMU_IN_LAB } from '../lab/cage';
import { AS_NAMESPACE_ROOT, isRootless } from '../lab/namespaces';
import type { Shell } from '../shell';
import { ensureTinyGuest } from '../tiny-guest/ensure';
import { PROBE_ANSWER, PROBE_WORD } from '../tiny-guest/guest-files';
import { parseJson } from '../parse-json';

const TIMEOUT_MS = 20_000;

/** Whether guests run on KVM, and the finding as text. */
export const KvmAnswer = z.object({ works: z.boolean(), found: z.string() });
export type KvmAnswer = z.infer<typeof KvmAnswer>;
/** `certain` is false where a guest only took too long, as on a busy computer. */
type Tested = KvmAnswer & { readonly certain: boolean };

/** `caged`: tested as a separate user, the way labs run QEMU. */
const Kept = KvmAnswer.extend({ bootId: z.string(), rootless: z.boolean(), caged: z.literal(true) });

/** Tested once per process; an attempt that failed or took too long is not kept. */
let asked: Promise<KvmAnswer> | null = null;

/**
 * Whether a guest runs on KVM, the way a lab would run it. The existence of /dev/kvm proves little: access to it can be lost inside
 * a user namespace, and on some virtual machines guests crash on it. So this starts a guest, once per boot and user; the answer is
 * stored in the user's cache folder, because it is about the computer and not about a home.
 */
export async function kvmWorks(shell: Shell, home: string): Promise<KvmAnswer> {
  // Checked each time: a remedy may just have granted access.
  if (!existsSync('/dev/kvm')) return { works: false, found: '/dev/kvm not found' };
  const isOpen = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isOpen) return { works: false, found: 'no access to /dev/kvm for this user' };
  asked ??= answer(shell, home).catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

async function answer(shell: Shell, home: string): Promise<KvmAnswer> {
  const kept = await readKept();
  if (kept) return kept;
  const asInLab = [...(isRootless() ? AS_NAMESPACE_ROOT : []), 'bash', '-c', AS_QEMU_IN_LAB, 'bash'];
  const { certain, ...found } = await startGuest(shell, await ensureTinyGuest(home), asInLab);
  if (certain) await keep({ ...found, bootId: currentBootId(), rootless: isRootless(), caged: true });
  else asked = null;
  return found;
}

/** Starts a guest that reports whether it runs. `guest` and `shell` belong to the same host; `asInLab`: the command prefix of QEMU. */
export async function startGuest(
  shell: Shell,
  guest: { readonly kernel: string; readonly initrd: string },
  asInLab: readonly string[] = [],
): Promise<Tested> {
  const machine = [
    '-machine',
    'q35',
    '-accel',
    'kvm',
    '-cpu',
    'host',
    '-m',
    '128',
    '-nodefaults',
    '-display',
    'none',
    '-serial',
    'stdio',
    '-no-reboot',
  ];
  const boot = [
    '-kernel',
    guest.kernel,
    '-initrd',
    guest.initrd,
    '-append',
    `console=ttyS0 quiet panic=-1 ${PROBE_WORD}`,
  ];
  const argv = [...asInLab, 'qemu-system-x86_64', ...machine, ...boot];
  let last = '';
  let lives = false;
  const stream = await shell.stream(['sh', '-c', 'exec "$@" 2>&1', 'sh', ...argv], (line) => {
    lives ||= line.includes(PROBE_ANSWER);
    last ||= /error|denied|could not|not found|emulation failure/i.test(line) ? line.trim() : '';
    if (lives || last) stream.kill();
  });
  const timer = setTimeout(() => stream.kill(), TIMEOUT_MS);
  await stream.ended;
  clearTimeout(timer);
  if (lives) return { works: true, certain: true, found: 'a test guest ran' };
  return {
    works: false,
    certain: last !== '',
    found: `a test guest failed to run: ${last || `no output within ${TIMEOUT_MS / 1000} s`}`,
  };
}

function cacheFile(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(userHome(), '.cache'), 'atoll', 'kvm.json');
}

async function readKept(): Promise<KvmAnswer | null> {
  const text = await readFile(cacheFile(), 'utf8').catch(() => '{}');
  const kept = parseJson(Kept, text);
  if (kept === null || kept.bootId !== currentBootId() || kept.rootless !== isRootless()) return null;
  return { works: kept.works, found: kept.found };
}

/** The cache only saves time: an unwritable cache folder is not an error. */
async function keep(kept: z.infer<typeof Kept>): Promise<void> {
  const file = cacheFile();
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.${process.pid}`, JSON.stringify(kept));
    await rename(`${file}.${process.pid}`, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
