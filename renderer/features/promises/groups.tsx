import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type PromiseGroup, parseSubject, subjectText } from '../../../contract';
import { CommandDialog } from '../../actions/command-dialog';
import { Confirm } from '../../actions/confirm';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { TextAreaField, TextField } from '../../ui/fields';
import { Section } from '../../ui/page';
import { text } from './text';

type Open =
  | { readonly what: 'new' }
  | { readonly what: 'edit'; readonly group: PromiseGroup }
  | { readonly what: 'remove'; readonly group: PromiseGroup };

/** The groups of a data center: names for several subjects, which promises then use. */
export function Groups({ dataCenter }: { dataCenter: string }) {
  const groups = (useQuery(queries.promiseGroups()).data ?? []).filter((one) => one.dataCenterId === dataCenter);
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  return (
    <Section
      title={text.groups}
      tools={
        <ActionButton variant="secondary" size="sm" onClick={() => setOpen({ what: 'new' })}>
          {text.createGroup}
        </ActionButton>
      }
    >
      {groups.length === 0 ? <p className="soft">{text.noGroups}</p> : null}
      <ul className="rows promises">
        {groups.map((group) => (
          <li key={group.id} className="promise">
            <div className="grow">
              <strong>{group.name}</strong>
              <small className="block soft">{text.members(group.members.map((one) => memberText(one)))}</small>
            </div>
            <ActionButton
              variant="link"
              size="sm"
              aria-label={text.editGroupOf(group.name)}
              onClick={() => setOpen({ what: 'edit', group })}
            >
              {text.edit}
            </ActionButton>
            <ActionButton
              variant="link"
              size="sm"
              isDanger
              aria-label={text.removeGroupOf(group.name)}
              onClick={() => setOpen({ what: 'remove', group })}
            >
              {text.remove}
            </ActionButton>
          </li>
        ))}
      </ul>
      {open?.what === 'new' ? <GroupDialog dataCenter={dataCenter} group={null} onClose={close} /> : null}
      {open?.what === 'edit' ? <GroupDialog dataCenter={dataCenter} group={open.group} onClose={close} /> : null}
      {open?.what === 'remove' ? (
        <Confirm
          title={text.removeGroupTitle(open.group.name)}
          words={text.removeGroupMeans}
          submit={text.removeGroupIt}
          danger
          call={(dryRun) => client.promises.removeGroup({ dataCenter, group: open.group.id, dryRun })}
          onClose={close}
        />
      ) : null}
    </Section>
  );
}

const memberText = (member: PromiseGroup['members'][number]): string =>
  member.gone ? text.goneMember(subjectText(member)) : subjectText(member);

/** One member in each line. A line that is no subject is the whole name of one. */
function GroupDialog({
  dataCenter,
  group,
  onClose,
}: {
  dataCenter: string;
  group: PromiseGroup | null;
  onClose: () => void;
}) {
  const [name, setName] = useState(group?.name ?? '');
  const [members, setMembers] = useState(group?.members.map((one) => subjectText(one)).join('\n') ?? '');
  const lines = members.split('\n').flatMap((line) => line.trim() || []);
  const subjects = lines.map((line) => {
    const parsed = parseSubject(line);
    return 'name' in parsed ? parsed : { kind: null, name: line };
  });
  const command = useCommand(() => client.promises.setGroup({ dataCenter, name: name.trim(), members: subjects }));
  const why = name.trim() === '' ? text.needsName : lines.length === 0 ? text.needsMembers : null;
  return (
    <CommandDialog
      title={group === null ? text.createGroupTitle : text.editGroupOf(group.name)}
      description={text.groupMeans}
      submit={group === null ? text.createGroupIt : text.saveIt}
      command={command}
      why={why}
      onClose={onClose}
    >
      {group === null ? <TextField label={text.name} required autoFocus value={name} onChange={setName} /> : null}
      <TextAreaField label={text.membersField} help={text.membersHelp} required value={members} onChange={setMembers} />
    </CommandDialog>
  );
}
