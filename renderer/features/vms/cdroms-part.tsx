import { useState } from 'react';
import { z } from 'zod';
import { type Cdrom, Cdrom as CdromSchema, MAX_CDROMS, type Vm } from '../../../contract';
import { CommandDialog } from '../../actions/command-dialog';
import { PathField } from '../../actions/path-field';
import { text as shared } from '../../actions/text';
import { whyNotVm } from '../../actions/why';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { ErrorAlert } from '../../ui/error-alert';
import { useFormState } from '../../ui/form-state';
import { MoreMenu } from '../../ui/menu';
import { Section } from '../../ui/page';
import { text } from './text';

/** The VM's CD drives. Their CDs change also while it runs. */
export function CdromsPart({ vm }: { vm: Vm }) {
  const add = useCommand(() => client.cdroms.add({ vm: vm.id }));
  if (vm.boot.kind === 'imported') return null;
  const why = whyNotVm(vm, 'editHardware') ?? (vm.cdroms.length >= MAX_CDROMS ? text.drivesMost(MAX_CDROMS) : null);
  return (
    <Section
      title={text.drivesCount(vm.cdroms.length)}
      tools={
        <ActionButton
          variant="secondary"
          size="sm"
          why={why}
          isLoading={add.busy}
          onClick={() => void add.run(undefined)}
        >
          {text.addDrive}
        </ActionButton>
      }
    >
      <ErrorAlert problem={add.problem} />
      {vm.cdroms.length === 0 ? <p className="soft">{text.noDrives}</p> : null}
      <ul className="rows">
        {vm.cdroms.map((drive) => (
          <DriveRow key={drive.name} vm={vm} drive={drive} />
        ))}
      </ul>
    </Section>
  );
}

function DriveRow({ vm, drive }: { vm: Vm; drive: Cdrom }) {
  const [inserting, setInserting] = useState(false);
  const of = { vm: vm.id, drive: drive.name };
  const eject = useCommand(() => client.cdroms.change({ ...of, path: null }));
  const remove = useCommand(() => client.cdroms.remove(of));
  const why = whyNotVm(vm, 'changeCd');
  return (
    <li className="vnic">
      <span className="grow">
        <strong>{drive.name}</strong>
        <small className="block soft mono" title={drive.path ?? undefined}>
          {drive.path ?? text.driveEmpty}
        </small>
        <ErrorAlert problem={eject.problem ?? remove.problem} />
      </span>
      <ActionButton variant="secondary" size="sm" why={why} onClick={() => setInserting(true)}>
        {shared.ask(drive.path === null ? text.insertCd : text.changeCd)}
      </ActionButton>
      {drive.path === null ? null : (
        <ActionButton
          variant="secondary"
          size="sm"
          why={why}
          isLoading={eject.busy}
          onClick={() => void eject.run(undefined)}
        >
          {text.ejectCd}
        </ActionButton>
      )}
      <MoreMenu
        label={shared.moreActions(drive.name)}
        entries={[
          {
            id: 'remove',
            label: shared.remove,
            why: whyNotVm(vm, 'editHardware'),
            danger: true,
            onChoose: () => void remove.run(undefined),
          },
        ]}
      />
      {inserting ? <InsertDialog vm={vm} drive={drive} onClose={() => setInserting(false)} /> : null}
    </li>
  );
}

const Input = z.object({ path: CdromSchema.shape.path.unwrap() });

function InsertDialog({ vm, drive, onClose }: { vm: Vm; drive: Cdrom; onClose: () => void }) {
  const form = useFormState({ path: drive.path ?? '' }, Input, (draft) => draft);
  const command = useCommand(() => client.cdroms.change({ vm: vm.id, drive: drive.name, path: form.draft.path }));
  return (
    <CommandDialog
      title={text.insertTitle(drive.name, vm.name)}
      submit={text.insertCd}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <PathField
        request={{ use: 'iso' }}
        label={text.cdImage}
        required
        autoFocus
        {...form.field('path', command.problem)}
      />
    </CommandDialog>
  );
}
