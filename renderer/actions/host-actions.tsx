import type { Host } from '../../contract';
import { Act } from '../ui/act';
import { MoreMenu } from '../ui/menu';
import { Trouble } from '../ui/trouble';
import { text } from './text';
import { RemoveDialog, useHostActs } from './use-host-acts';
import { UnlockDialog } from './unlock-dialog';
import { useAsked } from './use-asked';

/** What can be done with a host: activate, sync, maintenance, remove. */
export function HostActions({ host, size, onRemoved }: { host: Host; size?: 'sm'; onRemoved?: () => void }) {
  const { duty, activates, sync, rest, busy, problem, dialog, close } = useHostActs(host, onRemoved);
  const [unlocking, setUnlocking] = useAsked('unlock');
  const [removing, setRemoving] = useAsked('remove');
  const [forgetting, setForgetting] = useAsked('forget');
  const endRemoving = (): void => {
    setRemoving(false);
    setForgetting(false);
    close();
  };
  return (
    <div className="acts">
      <div className="acts-row">
        <Act
          size={size}
          variant={activates ? 'primary' : 'secondary'}
          isLoading={busy}
          why={duty.why}
          onClick={duty.onChoose}
        >
          {duty.label}
        </Act>
        <Act size={size} variant="secondary" why={sync.why} isLoading={busy} onClick={sync.onChoose}>
          {sync.label}
        </Act>
        <MoreMenu label={text.moreActions(host.name)} entries={rest} />
      </div>
      <Trouble problem={problem} />
      {removing || forgetting ? (
        <RemoveDialog
          key={String(forgetting)}
          host={host}
          isGone={forgetting}
          onDone={onRemoved}
          onClose={endRemoving}
        />
      ) : (
        dialog
      )}
      {unlocking ? <UnlockDialog host={host} onClose={() => setUnlocking(false)} /> : null}
    </div>
  );
}
