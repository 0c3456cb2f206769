import { randomBytes } from 'node:crypto';
import { AppError } from '../../../contract';
import type { ObservedVm } from '../../../engine/ports/observed';
import type { Shell } from '../../shell';
import { isTimedOut } from '../../shells/outcome';
import { LibvirtHangs, type LibvirtWatchdog } from './libvirt-watchdog';
import { readDomain, readState, type DomainState } from './read-domain';

/**
 * One virsh lists the VMs, and, if there are any, a second one reads them all (its commands on stdin: 500 definitions in 0.2 s,
 * while a virsh for each takes 8 s). Before each answer it prints an unpredictable number, so that no text in a definition can pass
 * for the next VM. $1 is that number.
 */
const OBSERVE = `
ids=$(virsh -q 'list --all --with-managed-save --uuid; echo +; list --all --uuid') || exit 3
printf '%s\\n%s\\n' "$ids" "$1"
ask=$(printf '%s\\n' "$ids" | sed -n "/^+/,\\$s/^+\\{0,1\\}\\([0-9a-f]\\{8\\}-[0-9a-f-]\\{27\\}\\)\\$/echo $1 \\1 state:\\ndomstate --reason \\1\\necho $1 \\1 xml:\\ndumpxml \\1/p")
[ -z "$ask" ] || printf '%s\\n' "$ask" | virsh -q 2>/dev/null
exit 0
`;

/**
 * All VMs of a host, including those that are not Atoll's. Null if they can't be observed (no libvirt, or it does not answer): then
 * nothing is concluded about them.
 */
export async function observeVms(shell: Shell, storeId: string, signal?: AbortSignal): Promise<ObservedVm[] | null> {
  const number = randomBytes(12).toString('hex');
  const { exit, stdout } = await shell.script(OBSERVE, [number], {
    okExits: 'any',
    timeoutMs: ANSWER_MS,
    maxBytes: ALL_BYTES,
    ...(signal ? { signal } : {}),
  });
  return exit === 0 ? parseVms(stdout, number, storeId) : null;
}

/** 3,000 VMs of 8 KB. */
const ALL_BYTES = 32 * 1024 * 1024;
/** More than a host runs; libxml takes a tenth of a millisecond or more for each. */
const MOST_VMS = 5_000;
/** libvirt's own are 6 to 30 KB. */
const DEFINITION_CHARS = 512 * 1024;
/** Milliseconds in which libvirt lists all VMs of a busy host many times over. */
const ANSWER_MS = 15_000;
const NEVER = new AbortController().signal;

/** Reads the VMs of a host whose libvirt may hang, without affecting the observation of its networks. */
export class VmReader {
  constructor(
    private readonly shell: Shell,
    private readonly storeId: string,
    private readonly pulse: LibvirtWatchdog,
  ) {}

  /** Like observeVms, but null while libvirt hangs: otherwise each observation of the networks, and drift detection, would wait for it. */
  async read(): Promise<ObservedVm[] | null> {
    if (this.pulse.hangs) return null;
    try {
      return await this.pulse.guard(NEVER, (signal) => observeVms(this.shell, this.storeId, signal));
    } catch (error) {
      if (isTimedOut(error)) this.pulse.missed();
      else if (!(error instanceof LibvirtHangs)) throw error;
      return null;
    }
  }
}

/**
 * Parses the output of OBSERVE. A VM that vanished while it was read is left out; one with an unreadable definition is listed with
 * its state only, and does not hide others.
 * @throws AppError HOST_COMMAND_FAILED for more VMs than a host has
 */
export function parseVms(output: string, number: string, storeId: string): ObservedVm[] {
  const [ids = '', answers = ''] = splitOnce(output, `\n${number}\n`);
  const saved = new Set(splitOnce(ids, '+')[0].split('\n'));
  const states = new Map<string, string>();
  const found: ObservedVm[] = [];
  for (const { id, part, body } of readAnswers(answers, number)) {
    if (part === 'state') states.set(id, body.split('\n')[0] ?? '');
    const words = states.get(id);
    if (part !== 'xml' || words === undefined || !body.startsWith('<domain')) continue;
    const xml = body.slice(0, body.lastIndexOf('</domain>') + '</domain>'.length);
    if (found.length >= MOST_VMS)
      throw new AppError('HOST_COMMAND_FAILED', `libvirt lists more than ${MOST_VMS} VMs, which no host runs`);
    found.push(readOne(xml, readState(words, saved.has(id)), id, storeId));
  }
  return found;
}

function readOne(xml: string, state: DomainState, id: string, storeId: string): ObservedVm {
  const name = id.slice(0, 64);
  const unknown = { id: name, name, ours: false, ...state, memoryMiB: 0, cpus: 1, vnics: [] };
  if (xml.length > DEFINITION_CHARS) return unknown;
  try {
    return readDomain(xml, state, storeId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'HOST_COMMAND_FAILED') return unknown;
    throw error;
  }
}

/** virsh prints its prompt and repeats the command if commands come from a pipe; `echo` ends without a newline. */
function readAnswers(answers: string, number: string): Array<{ id: string; part: string; body: string }> {
  const marker = new RegExp(`^${number} (\\S+) (state|xml):(?:virsh # .*\\n)?`, 'gm');
  const marks = [...answers.matchAll(marker)];
  return marks.map((mark, index) => ({
    id: mark[1] ?? '',
    part: mark[2] ?? '',
    body: answers.slice(mark.index + mark[0].length, marks[index + 1]?.index),
  }));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
