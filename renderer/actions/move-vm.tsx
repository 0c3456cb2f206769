import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Vm } from '../../contract';
import { client } from '../api/client';
import { toProblem } from '../api/problem';
import { Dialog } from '../ui/dialog';
import { Waiting } from '../ui/page';
import { ErrorAlert } from '../ui/error-alert';
import { AdditionChoices, type Choices, decided } from './addition-choices';
import { Confirm } from './confirm';
import { HostChooser } from './host-chooser';
import { text } from './text';

/** The current placement result for each host; loaded when a dialog opens. */
export function useFits(vm: string, move: boolean) {
  const id = useId();
  return useQuery({
    queryKey: ['placement', id, vm],
    queryFn: () => client.vms.placement({ vm, move }),
    gcTime: 0,
    retry: false,
  });
}

/** Moves a stopped VM to another host, with a preview of the changes. `to`: the suggested host. */
export function MoveVm({ vm, to, onClose }: { vm: Vm; to?: string | undefined; onClose: () => void }) {
  const [selected, setSelected] = useState<string | null>(null);
  const { data: fits, error } = useFits(vm.id, true);
  const able = fits?.filter((fit) => fit.can) ?? [];
  const additions = useAdditions(vm.id);
  const [choices, setChoices] = useState<Choices>({});
  const { carry, leave, open } = decided(additions.data ?? [], choices);
  const host = selected ?? able.find((fit) => fit.hostId === to)?.hostId ?? able[0]?.hostId ?? null;
  const chooser = fits && (
    <HostChooser
      label={text.toTheHost}
      fits={fits.filter((fit) => !fit.holds)}
      value={host ?? ''}
      byItself={null}
      onChange={setSelected}
    />
  );
  if (host === null)
    return (
      <Dialog
        title={text.moveTitle(vm.name)}
        description={text.moveMeans}
        submit={text.move}
        size="small"
        why={fits === undefined ? text.hostAsIs : text.noHostForIt}
        onSubmit={() => undefined}
        onClose={onClose}
      >
        {error === null ? null : <ErrorAlert problem={toProblem(error)} />}
        {fits === undefined ? <Waiting lines={2} /> : chooser}
        {fits?.length === 1 ? <p className="soft">{text.noOtherHost}</p> : null}
      </Dialog>
    );
  return (
    <Confirm
      title={text.moveTitle(vm.name)}
      words={text.moveMeans}
      submit={text.move}
      previewKey={JSON.stringify([host, carry, leave])}
      call={(dryRun) => client.vms.move({ vm: vm.id, host, carry, leave, dryRun })}
      why={additions.isPending ? text.definitionIsRead : open ? text.decideOnParts : null}
      onClose={onClose}
    >
      {chooser}
      {additions.error === null ? null : <ErrorAlert problem={toProblem(additions.error)} />}
      <AdditionChoices additions={additions.data ?? []} choices={choices} onChange={setChoices} />
    </Confirm>
  );
}

/** The questions a move would ask, based on the VM's current definition on its host. */
function useAdditions(vm: string) {
  const id = useId();
  return useQuery({
    queryKey: ['additions', id, vm],
    queryFn: () => client.vms.additions({ vm }),
    gcTime: 0,
    retry: false,
  });
}

/** Starts a VM on a chosen host. */
export function StartOn({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const [host, setHost] = useState('');
  const { data: fits, error } = useFits(vm.id, false);
  return (
    <Confirm
      title={text.startTitle(vm.name)}
      words={text.startMeans}
      submit={text.start}
      previewKey={host}
      call={(dryRun) => client.vms.start({ vm: vm.id, host: host === '' ? undefined : host, dryRun })}
      onClose={onClose}
    >
      {error === null ? null : <ErrorAlert problem={toProblem(error)} />}
      {fits === undefined ? (
        <Waiting lines={2} />
      ) : (
        <HostChooser label={text.host} fits={fits} value={host} byItself={text.byItself} onChange={setHost} />
      )}
    </Confirm>
  );
}
