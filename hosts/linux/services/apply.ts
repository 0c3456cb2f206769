import { randomBytes } from 'node:crypto';
import { note, shellWord } from '../../../contract';
import type { ChangeGroup, CommandFailure, GroupOutcome } from '../../../engine/ports/changes';
import type { ServicesChange, ServicesSpec } from '../../../engine/ports/services';
import { throwIfCancelled } from '../../cancelled';
import type { Shell } from '../../shell';
import { graceShell } from '../grace-shell';
import { batchWord, bridgeName } from '../names';
import { refusal } from '../rounds';
import { sealTable } from '../seal';
import { namesText, vnicsText } from './config';
import { hostEndMac } from './filter-text';
import { checked, number, portAlias, portName } from './names';
import { INSPECT, RELOAD, serversFolder, START, STOP } from './scripts';
import { serverScript } from './server-script';

/** Servers per script: a few tenths of a second, after which an aborted signal takes effect. */
const CHUNK = 32;
const TIMEOUT_MS = 120_000;

type Kind = ServicesChange['kind'];
const KINDS: readonly Kind[] = ['services.stop', 'services.start', 'services.reload'];

interface Work {
  readonly group: ChangeGroup<ServicesChange>;
  done: number;
  failure: CommandFailure | null;
}

/**
 * Applies groups about servers in common scripts. Each group's changes keep their order; one that fails stops there, the others
 * continue.
 * @throws CommandError if a script could not run, AppError CANCELLED once the running one has ended
 */
export async function applyServices(
  shell: Shell,
  storeId: string,
  groups: readonly ChangeGroup<ServicesChange>[],
  signal: AbortSignal,
): Promise<GroupOutcome[]> {
  const works = groups.map((group): Work => ({ group, done: 0, failure: null }));
  const grace = graceShell(shell);
  const isOpen = (work: Work): boolean => !work.failure && work.done < work.group.changes.length;
  for (let open = works.filter(isOpen); open.length > 0; open = works.filter(isOpen)) {
    throwIfCancelled(signal);
    const kind = KINDS.find((each) => open.some(({ group, done }) => group.changes[done]?.kind === each));
    const batch = open.filter(({ group, done }) => group.changes[done]?.kind === kind).slice(0, CHUNK);
    await runBatch(grace, storeId, batch, signal);
  }
  return works.map(({ done, failure }) => (failure ? { ok: false, done, failure } : { ok: true }));
}

/** The next change of each work, all of one kind. A spec with a value that is not safe is refused alone. */
async function runBatch(shell: Shell, storeId: string, works: readonly Work[], signal: AbortSignal): Promise<void> {
  const word = randomBytes(12).toString('hex');
  const second = randomBytes(12).toString('hex');
  const texts: string[] = [];
  const sound = new Map<string, Work>();
  let kind: Kind = 'services.stop';
  for (const work of works) {
    const change = work.group.changes[work.done];
    if (!change) continue;
    try {
      texts.push(inputOf(storeId, change, word, second));
      sound.set(change.kind === 'services.stop' ? change.port : change.spec.port, work);
      kind = change.kind;
    } catch (error) {
      work.failure = refusal(error);
    }
  }
  if (sound.size === 0) return;
  const folder = serversFolder(sealTable(storeId));
  const input = texts.join('');
  const end = `${word} end\n`;
  const options = { signal, timeoutMs: TIMEOUT_MS };
  const { stdout } =
    kind === 'services.stop'
      ? await shell.script(STOP, [folder], { ...options, stdin: input })
      : kind === 'services.start'
        ? await shell.script(START, [word, folder, `atoll:${storeId}:`, INSPECT], { ...options, stdin: input + end })
        : await shell.script(RELOAD, [word, folder, second], { ...options, stdin: input + end });
  const answers = readAnswers(stdout);
  for (const [port, work] of sound) {
    const answer = answers.get(port);
    if (answer === null) work.done += 1;
    else work.failure = failed(kind, port, answer ?? 'the host did not report what became of it');
  }
}

function inputOf(storeId: string, change: ServicesChange, word: string, second: string): string {
  if (change.kind === 'services.stop')
    return `${portName(change.port)} ${portAlias(storeId, change.networkId, change.alias)}\n`;
  const { spec } = change;
  return change.kind === 'services.start'
    ? startInput(storeId, spec, word)
    : `${word} ${portName(spec.port)} ${checked('digest', spec.records)}\n${vnicsText(spec)}${second}\n${namesText(spec)}`;
}

/**
 * A server's part of the input of START.
 * @throws AppError BAD_INPUT for a value that a command or the server would read as something else
 */
export function startInput(storeId: string, spec: ServicesSpec, word: string): string {
  const words = [
    word,
    portName(spec.port),
    bridgeName(spec.bridge),
    checked('networkId', spec.networkId),
    guardWord(spec),
    checked('mac', spec.mac),
    hostEndMac(spec.mac),
    number(spec.mtu, 68, 65_535, 'mtu'),
    portAlias(storeId, spec.networkId, spec.alias),
    checked('digest', spec.settings),
    checked('digest', spec.records),
  ];
  return `${words.map(batchWord).join(' ')}\n${serverScript(spec)}`;
}

/** How the answers of other servers are dealt with: see GUARD_FUNCTIONS. */
const guardWord = ({ guard, gateway }: ServicesSpec): string =>
  guard ? `guarded:${gateway === null ? '' : checked('mac', gateway.mac)}` : 'open';

/** Port -> why it failed; null: it did not. */
function readAnswers(stdout: string): Map<string, string | null> {
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [, state, port = '', why] = /^(ok|failed) (\S+) ?(.*)$/.exec(line) ?? [];
      return state === undefined ? [] : [[port, state === 'ok' ? null : (why ?? '')] as const];
    }),
  );
}

const VERBS: Record<Kind, string> = {
  'services.start': 'start',
  'services.reload': 'update',
  'services.stop': 'stop',
};

function failed(kind: Kind, port: string, why: string): CommandFailure {
  const isTaken = /mark|not created by/.test(why);
  return {
    message: `Can't ${VERBS[kind]} the DHCP and DNS server at ${port}: ${why}`,
    remedy: isTaken ? note(`Check it on the host: ip -d link show ${shellWord(port)}`) : null,
    command: null,
    exit: null,
    stderr: why,
  };
}
