import { randomBytes } from 'node:crypto';
import { AppError } from '../../../contract';
import type { ObservedVm } from '../../../engine/ports/observed';
import type { Shell } from '../../shell';
import { isTimedOut } from '../../shells/outcome';
import { LibvirtHangs, type LibvirtWatchdog } from './libvirt-watchdog';
import { answerIds, isNoDomain } from './virsh';
import { readDomain, readState, type DomainState } from './read-domain';

/**
 * One virsh reads all VMs that are named, and lists what there is; its start is most of what it costs (20 ms of processor time, 500 definitions
 * take 0.2 s). After each answer it prints an unpredictable number, so that no text in a definition can pass for the next VM. $1 is that
 * number, $2... are ids. A VM that is gone has an empty answer; virsh exits like its last command, which only fails without libvirt.
 */
const OBSERVE = `
number=$1; shift
ask="list --all --with-managed-save --uuid; echo $number"
for id; do ask="$ask; domstate --reason $id; dumpxml $id; echo $number"; done
exec virsh -q "$ask; list --all --uuid"
`;

/** An argument has at most 128 KiB (MAX_ARG_STRLEN); a VM takes 140 bytes of it. */
const MOST_AT_ONCE = 500;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * All VMs of a host, including those that are not Atoll's. Null if they can't be observed (no libvirt, or it does not answer): then
 * nothing is concluded about them. `known`: those that it probably has; only others cost one more virsh.
 */
export async function observeVms(
  shell: Shell,
  storeId: string,
  signal?: AbortSignal,
  known: readonly string[] = [],
): Promise<ObservedVm[] | null> {
  const found: ObservedVm[] = [];
  const asked = new Set<string>();
  for (let next = known.slice(0, MOST_AT_ONCE); ;) {
    const number = randomBytes(12).toString('hex');
    const answer = await readOpen(shell, number, next, signal);
    const { exit, stdout } =
      answer ??
      (await shell.script(OBSERVE, [number, ...next], {
        okExits: 'any',
        timeoutMs: ANSWER_MS,
        maxBytes: ALL_BYTES,
        ...(signal ? { signal } : {}),
      }));
    if (exit !== 0) return null;
    const { vms, ids } = parseVms(stdout, number, next, storeId);
    found.push(...vms);
    for (const id of next) asked.add(id);
    if (asked.size > MOST_VMS) throw tooMany();
    next = ids.filter((id) => !asked.has(id)).slice(0, MOST_AT_ONCE);
    if (next.length === 0) return found;
  }
}

/** A virsh that stays reads its lines sign by sign: half a millisecond for each VM. */
const MOST_ASKED = 40;

/**
 * The same output by a virsh that is open anyway; null if there is none, or if it printed anything but definitions and lists. One that
 * lost libvirt prints an error in the place of a list, which must not pass for an empty one.
 */
async function readOpen(
  shell: Shell,
  number: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ readonly exit: number; readonly stdout: string } | null> {
  if (shell.virsh === undefined || ids.length > MOST_ASKED) return null;
  const commands = [
    'list --all --with-managed-save --uuid',
    ...ids.map((id) => `domstate --reason ${id}; dumpxml ${id}`),
    'list --all --uuid',
  ];
  const answers = await shell.virsh.ask(commands, signal ? { signal } : {});
  if (answers === null || answerIds(answers[0]) === null || answerIds(answers.at(-1)) === null) return null;
  const vms = answers.slice(1, -1).map(soundAnswer);
  if (vms.some((vm) => vm === null)) return null;
  return { exit: 0, stdout: [answers[0], ...vms, answers.at(-1)].join(number) };
}

/** What virsh said of one VM: nothing if it is gone; null for an error. */
function soundAnswer(text: string): string | null {
  const [words, rest] = splitOnce(text, '<domain');
  const errors = linesOf(words).filter((line) => line.startsWith('error:'));
  if (errors.length > 0) return isNoDomain(errors.join('\n')) ? '' : null;
  return rest.trimEnd().endsWith('</domain>') ? text : null;
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
  /** The VMs that the host had last. */
  private known: readonly string[] = [];

  constructor(
    private readonly shell: Shell,
    private readonly storeId: string,
    private readonly pulse: LibvirtWatchdog,
  ) {}

  /** Like observeVms, but null while libvirt hangs: otherwise each observation of the networks, and drift detection, would wait for it. */
  async read(): Promise<ObservedVm[] | null> {
    if (this.pulse.hangs) return null;
    try {
      const vms = await this.pulse.guard(NEVER, (signal) => observeVms(this.shell, this.storeId, signal, this.known));
      if (vms !== null) this.known = vms.map(({ id }) => id).filter((id) => ID.test(id));
      return vms;
    } catch (error) {
      if (isTimedOut(error)) this.pulse.missed();
      else if (!(error instanceof LibvirtHangs)) throw error;
      return null;
    }
  }
}

/**
 * Parses the output of OBSERVE for the VMs that were `asked` for; `ids` are all that there are. A VM that vanished while it was read is left
 * out; one with an unreadable definition is listed with its state only, and does not hide others.
 * @throws AppError HOST_COMMAND_FAILED for more VMs than a host has
 */
export function parseVms(
  output: string,
  number: string,
  asked: readonly string[],
  storeId: string,
): { readonly vms: ObservedVm[]; readonly ids: string[] } {
  const [saved = '', ...rest] = output.split(number);
  const ids = [...new Set(linesOf(rest.at(-1) ?? '').filter((line) => ID.test(line)))];
  if (ids.length > MOST_VMS) throw tooMany();
  const isSaved = new Set(linesOf(saved));
  const vms = asked.flatMap((id, i) => {
    const [words, xml] = splitOnce(rest[i] ?? '', '<domain');
    const end = xml.lastIndexOf('</domain>');
    if (end < 0 || words.trim() === '') return [];
    const definition = `<domain${xml.slice(0, end)}</domain>`;
    return readOne(definition, readState(words.trim(), isSaved.has(id)), id, storeId);
  });
  return { vms, ids };
}

const tooMany = (): AppError =>
  new AppError('HOST_COMMAND_FAILED', `libvirt lists more than ${MOST_VMS} VMs, which no host runs`);

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

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

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
