import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import type { Host } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { text as shared } from '../../actions/text';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { TextField } from '../../ui/fields';
import { Section } from '../../ui/page';
import { text as hostText } from './text';

const text = shared.snapshots;

const Copies = z.coerce
  .number(hostText.copiesRange)
  .int(hostText.wholeNumber)
  .min(1, hostText.copiesRange)
  .max(50, hostText.copiesRange);

/** Actions on all VMs of a host: snapshots, and reset. */
export function LabCarePart({ host, vmCount, why }: { host: Host; vmCount: number; why: string | null }) {
  const [asking, setAsking] = useState<'clone' | 'reset' | null>(null);
  const start = useQuery(queries.snapshots()).data?.findLast(
    (snapshot) => snapshot.isStart && snapshot.vms.some((vm) => vm.hostId === host.id),
  );
  const whyNot = why ?? (vmCount === 0 ? text.noVms : null);
  const close = (): void => setAsking(null);
  return (
    <Section title={text.wholeTitle}>
      <ul className="rows">
        <li>
          <span className="grow soft">{text.cloneMeans}</span>
          <ActionButton variant="secondary" size="sm" why={whyNot} onClick={() => setAsking('clone')}>
            {shared.ask(text.clone)}
          </ActionButton>
        </li>
        <li>
          <span className="grow soft">{text.resetTo(start?.name ?? null)}</span>
          <ActionButton variant="secondary" size="sm" isDanger why={whyNot} onClick={() => setAsking('reset')}>
            {shared.ask(text.reset)}
          </ActionButton>
        </li>
      </ul>
      {asking === 'clone' ? <CloneDialog host={host} onClose={close} /> : null}
      {asking === 'reset' ? (
        <Confirm
          title={text.resetTitle(host.name)}
          words={`${text.resetTo(start?.name ?? null)} ${text.resetMeans}`}
          submit={text.reset}
          danger
          call={(dryRun) => client.labs.reset({ lab: host.id, dryRun })}
          onClose={close}
        />
      ) : null}
    </Section>
  );
}

function CloneDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const [typed, setTyped] = useState('1');
  const [start, setStart] = useState(true);
  const copies = Copies.safeParse(typed);
  return (
    <Confirm
      title={text.cloneTitle(host.name)}
      words={text.cloneMeans}
      submit={text.clone}
      previewKey={`${typed} ${start}`}
      call={(dryRun) =>
        client.labs.clone({ lab: host.id, copies: copies.success ? copies.data : Number.NaN, start, dryRun })
      }
      onClose={onClose}
    >
      <TextField
        label={text.copies}
        type="number"
        value={typed}
        onChange={setTyped}
        error={copies.success ? null : (copies.error.issues[0]?.message ?? null)}
      />
      <Checkbox id="clone-start" label={text.startCopies} isChecked={start} onChange={(_, on) => setStart(on)} />
    </Confirm>
  );
}
