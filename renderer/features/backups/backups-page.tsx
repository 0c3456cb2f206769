import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Backup } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { textOf } from '../../../english';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Nothing, PageHead, Section, Waiting } from '../../ui/page';
import { Dot } from '../../ui/state';
import { Ago } from '../../ui/time';
import { ErrorAlert } from '../../ui/error-alert';
import { BackupItem } from './backup-item';
import { BackUpToFile, RestoreFromFile } from './file-dialogs';
import { RestoreDialog } from './restore-dialog';
import { RuleDialog } from './rule-dialog';
import { text } from './text';
import './backups.css';
import { momentWords } from '../../ui/language';

type Asking = 'rule' | 'prune' | 'to-file' | 'from-file' | { readonly undo: Backup } | null;

export function BackupsPage() {
  const { data, error } = useQuery(queries.backups());
  const [asking, setAsking] = useState<Asking>(null);
  const make = useCommand(() => client.backups.make({}));
  const close = (): void => setAsking(null);
  return (
    <div className="page">
      <PageHead
        title={text.title}
        sub={text.sub}
        actions={
          <>
            <ActionButton variant="secondary" onClick={() => setAsking('from-file')}>
              {text.fromFile}
            </ActionButton>
            <ActionButton variant="secondary" onClick={() => setAsking('to-file')}>
              {text.toFile}
            </ActionButton>
            <ActionButton isLoading={make.busy} isDisabled={make.busy} onClick={() => void make.run(undefined)}>
              {text.make}
            </ActionButton>
          </>
        }
      />
      <ErrorAlert problem={make.problem ?? (error === null ? null : toProblem(error))} />
      {data === undefined ? (
        error === null ? (
          <Waiting />
        ) : null
      ) : (
        <>
          {data.restored === null ? null : (
            <p className="card restored" role="status">
              <Dot tone="warn" />
              <span className="grow">
                {text.restored} <Ago at={data.restored.at} />: {textOf(data.restored.message)}.
              </span>
              <ActionButton
                variant="secondary"
                size="sm"
                onClick={() => data.restored && setAsking({ undo: data.restored.undoneBy })}
              >
                {text.undo}
              </ActionButton>
            </p>
          )}
          <Section
            title={text.rule}
            tools={
              <span className="page-actions">
                <ActionButton variant="link" size="sm" onClick={() => setAsking('prune')}>
                  {text.prune}
                </ActionButton>
                <ActionButton variant="secondary" size="sm" onClick={() => setAsking('rule')}>
                  {text.change}
                </ActionButton>
              </span>
            }
          >
            <p className="rule">
              {data.rule.automatic ? text.ruleOn(data.rule.everyHours, data.rule.keep) : text.ruleOff}
              {data.nextAt === null ? null : <span className="soft"> {text.next(when(data.nextAt))}</span>}
            </p>
          </Section>
          <Section title={text.all}>
            {data.backups.length === 0 ? (
              <Nothing title={text.none}>{text.noneMeans}</Nothing>
            ) : (
              <ul className="rows">
                {data.backups.map((backup) => (
                  <BackupItem key={backup.name} backup={backup} />
                ))}
              </ul>
            )}
            <p className="soft where">
              {text.folder} <span className="mono">{data.folder}</span>
            </p>
          </Section>
          {asking === 'rule' ? <RuleDialog rule={data.rule} onClose={close} /> : null}
        </>
      )}
      {asking === 'to-file' ? <BackUpToFile onClose={close} /> : null}
      {asking === 'from-file' ? <RestoreFromFile onClose={close} /> : null}
      {asking === 'prune' ? (
        <Confirm
          title={text.pruneTitle}
          words={text.pruneMeans}
          submit={text.remove}
          danger
          call={(dryRun) => client.backups.prune({ dryRun })}
          onClose={close}
        />
      ) : null}
      {typeof asking === 'object' && asking !== null ? (
        <RestoreDialog path={asking.undo.path} title={text.undoTitle} submit={text.undoIt} onClose={close} />
      ) : null}
    </div>
  );
}

/** The engine creates a scheduled backup in its next cycle. */
const when = (at: string): string => (Date.parse(at) <= Date.now() ? text.soon : momentWords(at));
