import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useContext, useId, useState } from 'react';
import type { Preview, PreviewProblem, PromiseEffect } from '../../contract';
import { pathText, textOf } from '../../english';
import type { CommandResult } from '../api/command-result';
import { toProblem } from '../api/problem';
import { useCommand } from '../api/use-command';
import { Dialog } from '../ui/dialog';
import { Waiting } from '../ui/page';
import { RemedyViewContext, ErrorAlert } from '../ui/error-alert';
import { BreakPromises, isRefusedByPromises } from './break-promises';
import { text } from './text';

export interface ConfirmProps {
  readonly title: string;
  readonly words: ReactNode;
  readonly submit: string;
  readonly danger?: boolean;
  /** The command itself; `dryRun` true returns the preview, which is shown first. */
  readonly call: (dryRun: boolean) => Promise<CommandResult>;
  /** Changes with the command's input, so that the preview is reloaded. */
  readonly previewKey?: string;
  /** Why it can't be submitted yet; null: ready. */
  readonly why?: string | null;
  /** Why it can't be submitted before the preview has loaded, where the user confirms the preview itself. */
  readonly untilPreview?: string;
  readonly children?: ReactNode;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Asks for confirmation before a permanent change, and shows the engine's plan of changes, host by host. */
export function Confirm(props: ConfirmProps) {
  const id = useId();
  const preview = useQuery({
    queryKey: ['preview', id, props.previewKey ?? ''],
    queryFn: () => props.call(true),
    gcTime: 0,
    retry: false,
  });
  const command = useCommand(() => props.call(false));
  const [breakPromises, setBreakPromises] = useState(false);
  const isRefused = refuses(preview.data?.preview) || isRefusedByPromises(command.problem);
  const submit = async (): Promise<void> => {
    if ((await command.run(undefined, { breakPromises })) === null) return;
    props.onDone?.();
    props.onClose();
  };
  return (
    <Dialog
      title={props.title}
      description={props.words}
      submit={props.submit}
      danger={props.danger}
      busy={command.busy}
      why={whyNot(props, preview) ?? (isRefused && !breakPromises ? text.promisesRefuse : null)}
      size="small"
      onSubmit={() => void submit()}
      onClose={props.onClose}
    >
      {props.children}
      {preview.isPending ? <Waiting lines={2} /> : null}
      {preview.isError ? <ErrorAlert problem={toProblem(preview.error)} /> : null}
      {preview.data?.preview ? <PreviewList preview={preview.data.preview} /> : null}
      <ErrorAlert problem={command.problem} />
      {isRefused ? <BreakPromises isChecked={breakPromises} onChange={setBreakPromises} /> : null}
    </Dialog>
  );
}

const refuses = (preview: Preview | null | undefined): boolean =>
  preview?.promises?.some(({ severity, state }) => severity === 'refuse' && state === 'broken') ?? false;

function whyNot(
  { why, untilPreview }: ConfirmProps,
  preview: { readonly isError: boolean; readonly isPending: boolean; readonly error: unknown },
): string | null {
  if (preview.isError) return toProblem(preview.error).message;
  return why ?? (preview.isPending ? (untilPreview ?? null) : null);
}

/** Why it can't be said what would change on a host, each with what to do about it. */
function ProblemOfHost({ problem }: { problem: PreviewProblem }) {
  const View = useContext(RemedyViewContext);
  if (problem.type !== 'problem.plan') return textOf(problem);
  return problem.params.errors.map(({ error, remedy }, index) => (
    <span className="block" key={index}>
      {error}
      {remedy === null ? null : (
        <>
          {'. '}
          <View remedy={remedy} placesOnly />
        </>
      )}
    </span>
  ));
}

/** A host on which nothing changes is no news beside what the summary says. */
const hostsWithNews = ({ summary, hosts }: Preview): Preview['hosts'] =>
  summary.length === 0 ? hosts : hosts.filter(({ changes, problem }) => changes.length > 0 || problem !== null);

/** Promises that it would break, each with the path. */
function Promises({ effects }: { effects: readonly PromiseEffect[] }) {
  return effects.map(({ promiseId, sentence, severity, state, findings }) => (
    <div key={promiseId} className={state === 'broken' ? 'bad' : undefined} role="alert">
      <p>{text.promiseEffect(sentence, state, severity)}</p>
      <ul>
        {findings.map(({ message, path }, index) => (
          <li key={index}>
            {textOf(message)}
            {path.length === 0 ? null : <small className="block mono">{pathText(path)}</small>}
          </li>
        ))}
      </ul>
    </div>
  ));
}

/** A preview as text: the decisions first, then each host's changes. */
export function PreviewList({ preview }: { preview: Preview }) {
  return (
    <div className="preview" aria-label={text.wouldChange}>
      <h3>{text.wouldChange}</h3>
      {preview.summary.length + preview.hosts.length === 0 ? <p className="soft">{text.nothingOnHosts}</p> : null}
      <ul>
        {preview.summary.map((line, index) => (
          <li key={index}>{textOf(line)}</li>
        ))}
      </ul>
      <Promises effects={preview.promises ?? []} />
      {hostsWithNews(preview).map((host) => (
        <div key={host.hostId}>
          <h4>{host.host}</h4>
          {host.problem === null ? null : (
            <p className="bad">
              <ProblemOfHost problem={host.problem} />
            </p>
          )}
          <ul>
            {host.changes.map((line, index) => (
              <li key={index}>{textOf(line)}</li>
            ))}
            {host.changes.length === 0 && host.problem === null ? <li className="soft">{text.nothingToDo}</li> : null}
          </ul>
        </div>
      ))}
    </div>
  );
}
