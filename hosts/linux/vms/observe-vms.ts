import { randomBytes } from 'node:crypto';
import { AppError } from '../../../contract';
import type { ObservedVm } from '../../../engine/ports/observed';
import type { Shell } from '../../shell';
import { isTimedOut } from '../../shells/outcome';
import { LibvirtHangs, type LibvirtWatchdog } from './libvirt-watchdog';
import { readDomain, readState, type DomainState } from './read-domain';

/**
 * One virsh lists the VMs, a second one, where there are any, reads them all (its commands on stdin: 500 definitions in 0.2 s, where a virsh for
 * each takes 8 s). Before each answer it is made to print a number that nobody could foresee, so that no text in a
 * definition can pass for the next VM. $1 is that number.
 */
const OBSERVE = `
ids=$(virsh -q 'list --all --with-managed-save --uuid; echo +; list --all --uuid') || exit 3
printf '%s\\n%s\\n' "$ids" "$1"
ask=$(printf '%s\\n' "$ids" | sed -n "/^+/,\\$s/^+\\{0,1\\}\\([0-9a-f]\\{8\\}-[0-9a-f-]\\{27\\}\\)\\$/echo $1 \\1 state:\\ndomstate --reason \\1\\necho $1 \\1 xml:\\ndumpxml \\1/p")
[ -z "$ask" ] || printf '%s\\n' "$ask" | virsh -q 2>/dev/null
exit 0
`;

/**
 * All VMs of a host, also those that are not Atoll's. Null when they can't be looked at (no libvirt, or it does not
 * answer): nothing is to be concluded about them then.
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
/** More than a host runs; each takes libxml a tenth of a millisecond and more. */
const MOST_VMS = 5_000;
/** libvirt's own are 6 to 30 KB. */
const DEFINITION_CHARS = 512 * 1024;
/** Milliseconds within which libvirt lists all VMs of a busy host many times over. */
const ANSWER_MS = 15_000;
const NEVER = new AbortController().signal;

/** Reads the VMs of a host whose libvirt may hang, which takes nothing from what can be seen of its networks. */
export class VmReader {
  constructor(
    private readonly shell: Shell,
    private readonly storeId: string,
    private readonly pulse: LibvirtWatchdog,
  ) {}

  /** As observeVms, and null as well while libvirt hangs: each look at the networks would wait for it, and drift with it. */
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
 * Parses what OBSERVE prints. A VM that vanished while it was read is left out; one whose definition can't be read is one of which
 * only its state is known, and hides no other.
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

/** virsh prints its prompt and repeats the command when commands come from a pipe; `echo` ends without a newline. */
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
