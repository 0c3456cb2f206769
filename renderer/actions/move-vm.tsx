import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Vm } from '../../contract';
import { client } from '../api/client';
import { toProblem } from '../api/problem';
import { Dialog } from '../ui/dialog';
import { Waiting } from '../ui/page';
import { Trouble } from '../ui/trouble';
import { Confirm } from './confirm';
import { HostChooser } from './host-chooser';

/** What placement says of the hosts, as it is now; asked when a dialog opens. */
export function useFits(vm: string, move: boolean) {
  const id = useId();
  return useQuery({
    queryKey: ['placement', id, vm],
    queryFn: () => client.vms.placement({ vm, move }),
    gcTime: 0,
    retry: false,
  });
}

/** Moves a VM that is down to another host: which one, and what that would change. `to`: the host that is proposed. */
export function MoveVm({ vm, to, onClose }: { vm: Vm; to?: string | undefined; onClose: () => void }) {
  const [picked, setPicked] = useState<string | null>(null);
  const { data: fits, error } = useFits(vm.id, true);
  const able = fits?.filter((fit) => fit.can) ?? [];
  const host = picked ?? able.find((fit) => fit.hostId === to)?.hostId ?? able[0]?.hostId ?? null;
  const chooser = fits && (
    <HostChooser
      label="To the host"
      fits={fits.filter((fit) => !fit.holds)}
      value={host ?? ''}
      byItself={null}
      onChange={setPicked}
    />
  );
  const words =
    'Its disks are copied and verified there, then removed here. MAC addresses, addresses and ids stay. Until it is there, it stays here.';
  if (host === null)
    return (
      <Dialog
        title={`Move ${vm.name} to another host`}
        description={words}
        submit="Move"
        size="small"
        why={fits === undefined ? 'Hosts are being asked.' : 'No other host of its cluster can take it.'}
        onSubmit={() => undefined}
        onClose={onClose}
      >
        {error === null ? null : <Trouble problem={toProblem(error)} />}
        {fits === undefined ? <Waiting lines={2} /> : chooser}
        {fits?.length === 1 ? <p className="soft">Its cluster has no other host.</p> : null}
      </Dialog>
    );
  return (
    <Confirm
      title={`Move ${vm.name} to another host`}
      words={words}
      submit="Move"
      previewKey={host}
      call={(dryRun) => client.vms.move({ vm: vm.id, host, dryRun })}
      onClose={onClose}
    >
      {chooser}
    </Confirm>
  );
}

/** Starts a VM on a host that a person chooses. */
export function StartOn({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const [host, setHost] = useState('');
  const { data: fits, error } = useFits(vm.id, false);
  return (
    <Confirm
      title={`Start ${vm.name} on a host`}
      words="A VM stays on the host of its first start until it is moved."
      submit="Start"
      previewKey={host}
      call={(dryRun) => client.vms.start({ vm: vm.id, host: host === '' ? undefined : host, dryRun })}
      onClose={onClose}
    >
      {error === null ? null : <Trouble problem={toProblem(error)} />}
      {fits === undefined ? (
        <Waiting lines={2} />
      ) : (
        <HostChooser label="Host" fits={fits} value={host} byItself="By itself" onChange={setHost} />
      )}
    </Confirm>
  );
}
