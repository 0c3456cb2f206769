import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Job } from '../../../../contract';
import { type Problem, toProblem } from '../../../api/problem';
import { queries } from '../../../api/queries';
import { ErrorAlert } from '../../../ui/error-alert';
import { text } from '../text';
import type { Done } from './plug-options-dialog';

interface NoticeProps {
  readonly done: Done;
  readonly onClose: () => void;
}

/** The last change on the map, with its undo: by button or Ctrl+Z. */
export function UndoNotice({ done, onClose }: NoticeProps) {
  const [problem, setProblem] = useState<Problem | null>(null);
  useNextAction(done.job, onClose);
  const undo = useCallback(
    (): void =>
      void done.undo().then(onClose, (error: unknown) => {
        setProblem(toProblem(error));
      }),
    [done, onClose],
  );
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || typing) return;
      event.preventDefault();
      // The status bar handles the same key; while this notice is visible, it handles it first.
      event.stopImmediatePropagation();
      undo();
    };
    window.addEventListener('keydown', key, { capture: true });
    return () => window.removeEventListener('keydown', key, { capture: true });
  }, [undo]);
  return (
    <div className="undo-notice" role="status">
      <span>{done.words}</span>
      <Button variant="link" size="sm" isInline onClick={undo}>
        {text.undo}: {done.inverse}
      </Button>
      <Button variant="plain" size="sm" aria-label={text.close} onClick={onClose}>
        ✕
      </Button>
      <ErrorAlert problem={problem} />
    </div>
  );
}

const isByPerson = ({ by }: Job): boolean => by.door !== 'engine' && by.door !== 'unknown';

/** Calls `act` when somebody has started another job: the change of the notice is not the last one any more. */
function useNextAction(own: string | null, act: () => void): void {
  const newest = useQuery(queries.jobs()).data?.find((job) => job.id !== own && isByPerson(job))?.id;
  const first = useRef(newest);
  useEffect(() => {
    if (newest !== first.current) act();
  }, [newest, act]);
}
