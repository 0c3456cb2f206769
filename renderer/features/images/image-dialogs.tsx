import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { type Image, imageDiskOf } from '../../../contract';
import { CommandDialog } from '../../actions/command-dialog';
import { whyNoImage } from '../../actions/image-from-vm';
import { PathField } from '../../actions/path-field';
import { text as shared } from '../../actions/text';
import { whyNotVm } from '../../actions/why';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ChoiceField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { text } from './text';

/** The engine checks these forms. */
const NOT_CHECKED = z.object({});

/** The name that a file suggests: its own, without folder and ending. */
const nameOf = (path: string): string => (path.split('/').at(-1) ?? '').replace(/\.[a-z0-9]{2,5}$/i, '');

/** Adds an image from a file or a VM; the job's progress is on the page. */
export function AddImage({ onClose }: { readonly onClose: () => void }) {
  const [isNamed, setNamed] = useState(false);
  const form = useFormState({ vm: '', path: '', name: '', sha256: '' }, NOT_CHECKED);
  const { path, name, sha256 } = form.draft;
  const sum = sha256.trim();
  const vms = (useQuery(queries.vms()).data ?? []).filter((each) => imageDiskOf(each) !== null);
  const vm = vms.find(({ id }) => id === form.draft.vm);
  const whyNot = vm && (whyNotVm(vm, 'makeImage') ?? whyNoImage(vm));
  const command = useCommand(() =>
    vm
      ? client.images.addFromVm({ name, vm: vm.id })
      : client.images.add({ name, path, ...(sum === '' ? {} : { sha256: sum }) }),
  );
  const pathField = form.field('path', command.problem);
  const nameField = form.field('name', command.problem);
  const vmField = form.field('vm', command.problem);
  const suggest = (suggested: string): void => {
    if (!isNamed) nameField.onChange(suggested);
  };
  return (
    <CommandDialog
      title={text.addTitle}
      description={text.addMeans}
      submit={text.add}
      command={command}
      form={form}
      why={whyNot ?? (!vm && path === '' ? text.pathNeeded : name === '' ? text.nameNeeded : null)}
      size="small"
      onClose={onClose}
    >
      {vms.length === 0 ? null : (
        <ChoiceField
          label={text.source}
          {...vmField}
          onChange={(next) => {
            vmField.onChange(next);
            suggest(vms.find(({ id }) => id === next)?.name ?? nameOf(path));
          }}
          choices={[
            { value: '', label: text.aFile },
            ...vms.map(({ id, name: each }) => ({ value: id, label: text.diskOf(each) })),
          ]}
        />
      )}
      {vm ? (
        <p className="soft">{shared.makeImageMeans}</p>
      ) : (
        <PathField
          label={text.path}
          required
          autoFocus
          request={{ use: 'image' }}
          {...pathField}
          onChange={(next) => {
            pathField.onChange(next);
            suggest(nameOf(next));
          }}
        />
      )}
      <TextField
        label={text.name}
        required
        {...nameField}
        onChange={(next) => {
          setNamed(true);
          nameField.onChange(next);
        }}
      />
      {vm ? null : <TextField label={text.sha256} {...form.field('sha256', command.problem)} help={text.sha256Means} />}
    </CommandDialog>
  );
}

export function RenameImage({ image, onClose }: { readonly image: Image; readonly onClose: () => void }) {
  const form = useFormState({ name: image.name }, NOT_CHECKED);
  const { name } = form.draft;
  const command = useCommand(() => client.images.rename({ image: image.id, name }));
  return (
    <CommandDialog
      title={text.renameOf(image.name)}
      submit={text.rename}
      command={command}
      form={form}
      why={name === '' ? text.nameNeeded : null}
      size="small"
      onClose={onClose}
    >
      <TextField label={text.name} required autoFocus {...form.field('name', command.problem)} />
    </CommandDialog>
  );
}
