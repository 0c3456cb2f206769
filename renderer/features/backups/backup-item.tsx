import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Backup } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { ActionButton } from '../../ui/action-button';
import { sizeOf } from '../../ui/bytes';
import { sizeWords } from '../../ui/size-words';
import { Dot } from '../../ui/state';
import { Ago } from '../../ui/time';
import { ErrorAlert } from '../../ui/error-alert';
import { RestoreDialog } from './restore-dialog';
import { text as shared } from '../../actions/text';
import { text } from './text';
import { momentWords } from '../../ui/language';

/** One backup: its content, its verification and its actions. */
export function BackupItem({ backup }: { backup: Backup }) {
  const [asking, setAsking] = useState<'restore' | 'remove' | null>(null);
  const verify = useMutation({ mutationFn: () => client.backups.verify({ backup: backup.name }) });
  const made = momentWords(backup.at);
  const content = verify.data?.content;
  return (
    <li className="backup">
      <Dot
        tone={verify.isError ? 'bad' : content ? 'ok' : 'off'}
        label={verify.isError ? text.damaged : content ? text.verified : text.kinds[backup.kind]}
      />
      <span className="grow">
        {made}{' '}
        <small className="soft">
          · <Ago at={backup.at} /> · {text.kinds[backup.kind]} · {sizeOf(backup.bytes)}
        </small>
        <small className="block soft mono">{backup.name}</small>
        {content === undefined ? null : <small className="block">{text.whole(sizeWords(content))}</small>}
        <ErrorAlert problem={verify.error === null ? null : toProblem(verify.error)} />
      </span>
      <ActionButton
        variant="link"
        size="sm"
        isLoading={verify.isPending}
        aria-label={text.verifyOf(backup.name)}
        onClick={() => verify.mutate()}
      >
        {text.verify}
      </ActionButton>
      <ActionButton
        variant="secondary"
        size="sm"
        aria-label={text.restoreOf(backup.name)}
        onClick={() => setAsking('restore')}
      >
        {text.restore}
      </ActionButton>
      <ActionButton
        variant="link"
        size="sm"
        isDanger
        aria-label={text.removeOf(backup.name)}
        onClick={() => setAsking('remove')}
      >
        {shared.ask(text.remove)}
      </ActionButton>
      {asking === 'restore' ? (
        <RestoreDialog
          path={backup.path}
          title={text.restoreTitle(made)}
          submit={text.restoreIt}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {asking === 'remove' ? (
        <Confirm
          title={text.removeTitle(made)}
          words={text.removeMeans}
          submit={text.remove}
          danger
          call={(dryRun) => client.backups.remove({ backup: backup.name, dryRun })}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </li>
  );
}
