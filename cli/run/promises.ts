import type { IsolationPromise, PromiseFinding, PromiseGroup, PromiseSeverity, PromiseState } from '../../contract';
import { AppError } from '../../contract/app-error';
import { parseSubject, subjectText } from '../../contract/promise-sentence';
import { PROMISE_STATES } from '../../english/messages/reasons';
import { pathText } from '../../english/promise-path';
import { hintOf } from '../../english/remedies';
import { textOf } from '../../english/text-of';
import { durationText } from '../../english/wording';
import { changing } from '../change';
import type { Input } from '../input';
import type { Output } from '../output';
import { asAppError, errorText } from '../report-error';
import type { Run } from '../spec';
import { localTime } from '../text/units';
import { given } from './shared';

const stateText = (state: PromiseState): string => PROMISE_STATES[state] ?? state;
const place = (input: Input) => given({ dataCenter: input.text('datacenter') });

export const promiseList: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const state = choice(input, 'state', ['kept', 'broken', 'unknown', 'no_subject']);
  const rows = await client.promises.list({ ...place(input), ...given({ state }) });
  out.answer(rows, () => showList(out, rows));
};

function showList(out: Output, rows: readonly IsolationPromise[]): void {
  out.table(
    rows,
    [
      { title: 'promise', of: (row) => row.sentence },
      { title: 'state', of: (row) => stateText(row.state) },
      { title: 'severity', of: (row) => row.severity },
      { title: 'reason', of: ({ findings: [first] }) => (first ? textOf(first.message) : '') },
      { title: 'id', of: (row) => row.id },
    ],
    'No promises yet. Add one with: atoll promise add SENTENCE',
  );
}

/** Why a promise is not kept, with each path and what repairs it. */
export function showFindings(out: Output, findings: readonly PromiseFinding[]): void {
  for (const { message, path, remedy } of findings) {
    out.line(`  ${textOf(message)}`);
    if (path.length > 0) out.line(`    ${pathText(path)}`);
    if (remedy) out.line(`    ${hintOf(remedy)}`);
  }
}

export const promiseShow: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const answer = await client.promises.show({ promise: input.arg('PROMISE') });
  const { promise, breaches } = answer;
  out.answer(answer, () => {
    out.line(`${promise.sentence}: ${stateText(promise.state)} since ${localTime(promise.since)}`);
    showFindings(out, promise.findings);
    out.line(`severity: ${promise.severity}`);
    if (promise.note !== '') out.line(`note: ${promise.note}`);
    out.line(`id: ${promise.id}`);
    if (breaches.length === 0) return out.line('It was kept all the time.');
    out.line();
    out.table(
      breaches,
      [
        { title: 'state', of: ({ state }) => stateText(state) },
        { title: 'from', of: ({ from }) => localTime(from) },
        {
          title: 'for',
          of: ({ from, until }) =>
            until === null ? 'until now' : durationText(Math.round((Date.parse(until) - Date.parse(from)) / 1000)),
        },
        { title: 'by', of: ({ by }) => by ?? '' },
        { title: 'reason', of: ({ findings: [first] }) => (first ? textOf(first.message) : '') },
      ],
      '',
    );
  });
};

/** One argument is the whole sentence. Of several, the shell has taken the quotes of names with blanks: they are put back. */
const sentenceOf = (words: readonly string[]): string =>
  words.length === 1
    ? (words[0] ?? '')
    : words.map((word) => (/\s/.test(word) ? subjectText({ kind: null, name: word }) : word)).join(' ');

export const promiseAdd: Run = (context) => {
  const { input, out } = context;
  const sentence = sentenceOf(input.args('SENTENCE'));
  const severity = severityOf(input);
  const more = given({ severity, note: input.text('note') });
  return changing((client, dryRun) => client.promises.add({ ...place(input), sentence, ...more, dryRun })).run(
    context,
    {
      done: ({ promise, contradictions }) => [
        `The promise "${promise.sentence}" was added: ${stateText(promise.state)}.`,
        ...contradictions.map(
          (each) => `It contradicts "${each.sentence}": both can't be kept for ${each.from} and ${each.to}.`,
        ),
      ],
      more: (_client, { promise }) => Promise.resolve(showFindings(out, promise.findings)),
    },
  );
};

export const promiseUpdate: Run = (context) => {
  const { input } = context;
  const promise = input.arg('PROMISE');
  const change = given({ severity: severityOf(input), note: input.text('note') });
  return changing((client, dryRun) => client.promises.update({ promise, ...change, dryRun })).run(context, {
    done: ({ promise: { sentence } }) => `The promise "${sentence}" was changed.`,
  });
};

export const promiseRemove: Run = (context) => {
  const promise = context.input.arg('PROMISE');
  return changing((client, dryRun) => client.promises.remove({ promise, dryRun })).run(context, {
    question: `Remove the promise "${promise}"?`,
    done: () => 'The promise was removed.',
  });
};

/** Exit codes for scripts. */
export const VERDICT_EXITS = { kept: 0, broken: 1, unknown: 2 } as const;
export const FAILED_EXIT = 3;

/** Runs what ends with a verdict: its exit code says it, and any error is 3. */
export async function withVerdict(json: boolean, work: () => Promise<keyof typeof VERDICT_EXITS>): Promise<void> {
  try {
    process.exitCode = VERDICT_EXITS[await work()];
  } catch (error) {
    process.stderr.write(errorText(asAppError(error), json));
    process.exitCode = FAILED_EXIT;
  }
}

export const promiseCheck: Run = ({ input, out, engine }) =>
  withVerdict(input.flag('json'), async () => {
    const { client } = await engine();
    const named = input.args('PROMISE');
    const answer = await client.promises.check({
      ...place(input),
      ...given({ promises: named.length === 0 ? undefined : [...named] }),
    });
    out.answer(answer, () => {
      for (const { sentence, state, findings } of answer.promises) {
        out.line(`${stateText(state).padEnd(SHOWN_STATE)}  ${sentence}`);
        showFindings(out, findings);
      }
      if (answer.promises.length === 0) out.line('There are no promises.');
    });
    return answer.verdict;
  });

const SHOWN_STATE = 17;

export const promiseGroups: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const rows = await client.promises.groups(place(input));
  out.answer(rows, () =>
    out.table(
      rows,
      [
        { title: 'group', of: (row: PromiseGroup) => row.name },
        {
          title: 'members',
          of: ({ members }) => members.map((each) => `${subjectText(each)}${each.gone ? ' (gone)' : ''}`).join(', '),
        },
      ],
      'No groups yet. Add one with: atoll promise set-group GROUP MEMBER...',
    ),
  );
};

export const promiseSetGroup: Run = (context) => {
  const { input } = context;
  const name = input.arg('GROUP');
  const members = input.args('MEMBER').map(memberOf);
  return changing((client, dryRun) => client.promises.setGroup({ ...place(input), name, members, dryRun })).run(
    context,
    {
      done: ({ group }) => `The group ${group.name} has ${group.members.map(subjectText).join(', ')}.`,
    },
  );
};

/** The shell has taken the quotes of a name with blanks. */
function memberOf(text: string) {
  const parsed = parseSubject(text);
  if ('name' in parsed) return parsed;
  return { kind: null, name: text };
}

export const promiseRemoveGroup: Run = (context) => {
  const { input } = context;
  const group = input.arg('GROUP');
  return changing((client, dryRun) => client.promises.removeGroup({ ...place(input), group, dryRun })).run(context, {
    question: `Remove the group ${group}?`,
    done: () => `The group ${group} was removed.`,
  });
};

const severityOf = (input: Input): PromiseSeverity | undefined => choice(input, 'severity', ['refuse', 'warn']);

function choice<T extends string>(input: Input, option: string, of: readonly T[]): T | undefined {
  const text = input.text(option);
  if (text === undefined) return undefined;
  const found = of.find((each) => each === text);
  if (found !== undefined) return found;
  throw new AppError('BAD_INPUT', `--${option} must be ${of.join(' or ')}, not ${JSON.stringify(text)}.`, {
    field: option,
  });
}
