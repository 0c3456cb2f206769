import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Job } from '../../../../contract';
import { ask } from '../../../actions/requests';
import { queries } from '../../../api/queries';
import { text } from '../text';
import type { Done } from './plug-options-dialog';

interface NoticeProps {
  readonly done: Done;
  readonly onClose: () => void;
}

/** The last change on the map, with its undo. The frame undoes it, as with Ctrl+Z, and then offers to redo it. */
export function UndoNotice({ done, onClose }: NoticeProps) {
  useNextAction(done.job, onClose);
  const undo = (): void => {
    onClose();
    ask('undo');
  };
  return (
    <div className="undo-notice" role="status">
      <span>{done.words}</span>
      <Button variant="link" size="sm" isInline onClick={undo}>
        {text.undo}: {done.inverse}
      </Button>
      <Button variant="plain" size="sm" aria-label={text.close} onClick={onClose}>
        ✕
      </Button>
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
