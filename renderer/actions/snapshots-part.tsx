import { Label } from '@patternfly/react-core/dist/dynamic/components/Label';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Snapshot } from '../../contract';
import { client } from '../api/client';
import { queries } from '../api/queries';
import { ActionButton } from '../ui/action-button';
import { Section, Waiting } from '../ui/page';
import { Ago } from '../ui/time';
import { Confirm } from './confirm';
import { type SnapshotOf, TakeSnapshot } from './take-snapshot';
import { text as shared } from './text';

const text = shared.snapshots;

/** The snapshots of a host's VMs, or of one VM, with their actions. `why`: why no snapshot can be taken now. */
export function SnapshotsPart({ of, why }: { of: SnapshotOf; why: string | null }) {
  const { data } = useQuery(queries.snapshots());
  const [taking, setTaking] = useState(false);
  const here = data?.filter(({ vms }) =>
    vms.some((vm) => ('hostId' in of ? vm.hostId === of.hostId : vm.vmId === of.vmId)),
  );
  return (
    <Section
      title={text.title}
      tools={
        <ActionButton variant="link" size="sm" why={why} onClick={() => setTaking(true)}>
          {shared.ask(text.take)}
        </ActionButton>
      }
    >
      {taking ? <TakeSnapshot of={of} onClose={() => setTaking(false)} /> : null}
      {here === undefined ? <Waiting lines={2} /> : null}
      {here?.length === 0 ? <p className="soft">{text.none}</p> : null}
      <ul className="rows">
        {here?.map((snapshot) => (
          <SnapshotRow key={snapshot.id} snapshot={snapshot} />
        ))}
      </ul>
    </Section>
  );
}

function SnapshotRow({ snapshot }: { snapshot: Snapshot }) {
  const [asking, setAsking] = useState<'revert' | 'remove' | null>(null);
  const why = snapshot.state === 'locked' ? text.lockedWhy : null;
  const names = snapshot.vms.map((vm) => vm.name);
  const shown =
    names.length > 6 ? [...names.slice(0, 5), shared.andMore(names.length - 5)].join(', ') : names.join(', ');
  const ran = snapshot.vms.filter((vm) => vm.withMemory).length;
  return (
    <li>
      <span className="grow">
        {snapshot.name}{' '}
        {snapshot.isStart ? (
          <Label isCompact color="blue">
            {text.startTag}
          </Label>
        ) : null}
        <small className="block soft">
          {shown} · {text.withMemory(ran)} ·{' '}
          {snapshot.state === 'locked' ? text.locked : <Ago at={snapshot.createdAt} />}
          {snapshot.comment === '' ? '' : ` · ${snapshot.comment}`}
        </small>
      </span>
      <ActionButton variant="link" size="sm" why={why} onClick={() => setAsking('revert')}>
        {shared.ask(text.revert)}
      </ActionButton>
      <ActionButton variant="link" size="sm" isDanger why={why} onClick={() => setAsking('remove')}>
        {shared.ask(text.remove)}
      </ActionButton>
      {asking === null ? null : (
        <Confirm
          title={asking === 'revert' ? text.revertTitle(snapshot.name) : text.removeTitle(snapshot.name)}
          words={asking === 'revert' ? text.revertMeans : text.removeMeans}
          submit={asking === 'revert' ? text.revert : text.remove}
          danger
          call={(dryRun) => client.snapshots[asking]({ snapshot: snapshot.id, dryRun })}
          onClose={() => setAsking(null)}
        />
      )}
    </li>
  );
}
