import { note, shellWord } from '../../../contract';
import type { ChangeGroup, CommandFailure, GroupOutcome } from '../../../engine/ports/changes';
import type { TunnelChange } from '../../../engine/ports/stretch';
import { throwIfCancelled } from '../../cancelled';
import { CommandError } from '../../command-error';
import type { RunOptions, Shell } from '../../shell';
import { graceShell } from '../grace-shell';
import { refusal } from '../rounds';
import { sealTable } from '../seal';
import {
  deviceName,
  endAlias,
  endMark,
  endName,
  keyFile,
  macWord,
  namespaceName,
  tunnelDevice,
  tunnelNamespace,
} from './names';
import {
  ADD_ENDS,
  FORGET_MACS,
  INSPECT_TUNNEL,
  NEXT_KEY,
  REMOVE_ENDS,
  START_TUNNEL,
  STOP_TUNNEL,
  tunnelFolder,
} from './scripts';
import { endLine, startTunnelInput } from './texts';

/** Ends per script: a few tenths of a second, after which an aborted signal takes effect. */
const CHUNK = 50;
const TIMEOUT_MS = 120_000;

type Kind = TunnelChange['kind'];
/** The order in which kinds run if several groups wait: an end is removed first and added last. */
const KINDS: readonly Kind[] = [
  'tunnel.end.remove',
  'tunnel.stop',
  'tunnel.next_key',
  'tunnel.start',
  'tunnel.end.add',
  'tunnel.end.forget',
];

interface Work {
  readonly group: ChangeGroup<TunnelChange>;
  done: number;
  failure: CommandFailure | null;
}

/** What the changes of a host's tunnel need. */
export interface TunnelPlace {
  readonly shell: Shell;
  readonly storeId: string;
  /** The folder of the host that has its keys; it outlives a restart. */
  readonly keys: string;
}

/**
 * Applies groups about the tunnel, ends in common scripts. Each group's changes keep their order; one that fails stops there, the
 * others continue.
 * @throws CommandError if a script could not run, AppError CANCELLED once the running one has ended
 */
export async function applyTunnel(
  place: TunnelPlace,
  groups: readonly ChangeGroup<TunnelChange>[],
  signal: AbortSignal,
): Promise<GroupOutcome[]> {
  const works = groups.map((group): Work => ({ group, done: 0, failure: null }));
  const patient = { ...place, shell: graceShell(place.shell) };
  const isOpen = (work: Work): boolean => !work.failure && work.done < work.group.changes.length;
  for (let open = works.filter(isOpen); open.length > 0; open = works.filter(isOpen)) {
    throwIfCancelled(signal);
    const kind = KINDS.find((each) => open.some(({ group, done }) => group.changes[done]?.kind === each));
    const batch = open.filter(({ group, done }) => group.changes[done]?.kind === kind).slice(0, CHUNK);
    await runBatch(patient, batch, signal);
  }
  return works.map(({ done, failure }) => (failure ? { ok: false, done, failure } : { ok: true }));
}

/** The next change of each work, all of one kind. */
async function runBatch(place: TunnelPlace, works: readonly Work[], signal: AbortSignal): Promise<void> {
  const ends: Array<{ readonly work: Work; readonly port: string; readonly line: string }> = [];
  for (const work of works) {
    const change = work.group.changes[work.done];
    if (!change) continue;
    try {
      if (isOfEnd(change))
        ends.push({
          work,
          port: change.kind === 'tunnel.end.add' ? change.end.port : change.port,
          line: lineOf(place.storeId, change),
        });
      else {
        await runOne(place, change, signal);
        work.done += 1;
      }
    } catch (error) {
      work.failure = error instanceof CommandError ? failureOf(change.kind, error) : refusal(error);
    }
  }
  const first = ends[0]?.work.group.changes[ends[0].work.done];
  if (!first || !isOfEnd(first)) return;
  const answers = await runEnds(place, first.kind, ends.map(({ line }) => line).join(''), signal);
  for (const { work, port } of ends) {
    const answer = answers.get(port);
    if (answer === null) work.done += 1;
    else work.failure = endFailure(first.kind, port, answer ?? 'the host did not report what became of it');
  }
}

type EndChange = Extract<TunnelChange, { kind: `tunnel.end.${string}` }>;
const isOfEnd = (change: TunnelChange): change is EndChange => change.kind.startsWith('tunnel.end.');

function lineOf(storeId: string, change: EndChange): string {
  switch (change.kind) {
    case 'tunnel.end.add':
      return endLine(storeId, change.spec, change.end);
    case 'tunnel.end.remove':
      return `${endName(change.port)} ${endAlias(storeId, change.alias)}\n`;
    case 'tunnel.end.forget':
      return change.macs.map((mac) => `${endName(change.port)} ${macWord(mac)}\n`).join('');
  }
}

async function runEnds(
  { shell, storeId }: TunnelPlace,
  kind: EndChange['kind'],
  stdin: string,
  signal: AbortSignal,
): Promise<Map<string, string | null>> {
  const options = { signal, timeoutMs: TIMEOUT_MS, stdin };
  const { stdout } =
    kind === 'tunnel.end.add'
      ? await shell.script(ADD_ENDS, [`atoll:${storeId}:`, sealTable(storeId)], options)
      : kind === 'tunnel.end.remove'
        ? await shell.script(REMOVE_ENDS, [], options)
        : await shell.script(FORGET_MACS, [endMark(storeId)], options);
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [, state, port = '', why] = /^(ok|failed) (\S+) ?(.*)$/.exec(line) ?? [];
      return state === undefined ? [] : [[port, state === 'ok' ? null : (why ?? '')] as const];
    }),
  );
}

async function runOne(
  { shell, storeId, keys }: TunnelPlace,
  change: Exclude<TunnelChange, EndChange>,
  signal: AbortSignal,
): Promise<void> {
  const options = { signal, timeoutMs: TIMEOUT_MS };
  const file = keyFile(keys, storeId);
  if (change.kind === 'tunnel.next_key') return void (await shell.script(NEXT_KEY, [file], options));
  if (change.kind === 'tunnel.start') {
    const stdin = startTunnelInput(storeId, change.spec);
    const args = [file, tunnelFolder(change.spec.namespace), INSPECT_TUNNEL];
    return void (await shell.script(START_TUNNEL, args, { ...options, stdin }));
  }
  const args = [namespaceName(change.namespace), deviceName(change.device)];
  await stop(shell, storeId, args, options);
}

async function stop(
  shell: Shell,
  storeId: string,
  [namespace = '', device = '']: string[],
  options: RunOptions,
): Promise<void> {
  const args = [namespace, device, `atoll-wg:${storeId}`, tunnelFolder(namespace), endMark(storeId)];
  await shell.script(STOP_TUNNEL, args, options);
}

/** Removes the tunnel of a store and all of its ends, for a host that is left. */
export const stopTunnel = (shell: Shell, storeId: string, signal: AbortSignal): Promise<void> =>
  stop(shell, storeId, [tunnelNamespace(storeId), tunnelDevice(storeId)], { signal, timeoutMs: TIMEOUT_MS });

const VERBS: Record<Kind, string> = {
  'tunnel.start': "Can't start the tunnel",
  'tunnel.stop': "Can't stop the tunnel",
  'tunnel.next_key': "Can't make the tunnel's next key",
  'tunnel.end.add': "Can't add the tunnel end",
  'tunnel.end.remove': "Can't remove the tunnel end",
  'tunnel.end.forget': "Can't have the tunnel end forget addresses",
};

function failureOf(kind: Kind, error: CommandError): CommandFailure {
  const failure = error.toFailure();
  const why = failure.stderr?.trim().split('\n').pop() ?? '';
  const lacksTools = /not installed/.test(why);
  return {
    ...failure,
    message: `${VERBS[kind]}: ${why === '' ? failure.message : why}`,
    remedy: lacksTools ? note('Check the host; the check names the package to install.') : failure.remedy,
  };
}

function endFailure(kind: Kind, port: string, why: string): CommandFailure {
  const isTaken = /mark|not created by/.test(why);
  return {
    message: `${VERBS[kind]} ${port}: ${why}`,
    remedy: isTaken ? note(`Check it on the host: ip -d link show ${shellWord(port)}`) : null,
    command: null,
    exit: null,
    stderr: why,
  };
}
