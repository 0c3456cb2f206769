import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { DiskFormat, ImageCopy } from '../../../contract';
import { PathField } from '../../actions/path-field';
import { queries } from '../../api/queries';
import { ChoiceField, TextField } from '../../ui/fields';
import type { FormState } from '../../ui/form-state';
import { diskFor } from './disk-draft';
import { text } from './text';
import type { VmForm } from './vm-draft';

interface Props extends Pick<FormState<VmForm>, 'draft' | 'set'> {
  /** `key`: the field of the draft, whose edit shows the error. */
  readonly errorOf: (field: string, key?: keyof VmForm) => string | null;
}

/** Whether the VM gets an empty disk to be installed on. */
const isInstalled = (kind: VmForm['boot']): boolean => kind === 'devices' || kind === 'network';

/** The boot source of the VM, and the fields it needs. */
export function BootFields({ draft, set, errorOf }: Props) {
  const images = useQuery(queries.images()).data;
  const kinds = ['tiny', 'devices', 'network', 'image', 'disk', 'kernel'] as const;
  return (
    <>
      <ChoiceField
        label={text.bootsFrom}
        value={draft.boot}
        onChange={(v) => {
          const kind = kinds.find((k) => k === v) ?? 'tiny';
          set('boot', kind);
          if ((kind === 'network') !== (draft.hardware.bootFirst === 'network'))
            set('hardware', { ...draft.hardware, bootFirst: kind === 'network' ? 'network' : 'disk' });
          if (isInstalled(kind) && draft.disks.length === 0) set('disks', [diskFor(draft.preset)]);
          if (kind === 'image' && draft.image === '') set('image', images?.[0]?.id ?? '');
        }}
        choices={kinds.map((kind) => ({
          value: kind,
          label: text.boots[kind],
          disabled: kind === 'image' && (images ?? []).length === 0,
        }))}
      />
      {images?.length === 0 && draft.boot === 'tiny' ? (
        <p className="soft">
          {text.noImages}{' '}
          <Link to="/images" search={{ new: true }}>
            {text.addImage}
          </Link>
        </p>
      ) : null}
      {draft.boot === 'image' ? (
        <div className="field-row">
          <ChoiceField
            label={text.image}
            value={draft.image}
            onChange={(v) => set('image', v)}
            choices={(images ?? []).map((image) => ({ value: image.id, label: image.name }))}
            error={errorOf('boot.image')}
          />
          <TextField
            label={text.diskGib}
            type="number"
            value={draft.diskGib}
            onChange={(v) => set('diskGib', v)}
            error={errorOf('boot.diskBytes')}
            help={text.diskGibMeans(images?.find(({ id }) => id === draft.image)?.virtualBytes ?? null)}
          />
        </div>
      ) : null}
      {draft.boot === 'image' ? (
        <ChoiceField
          label={text.copy}
          value={draft.copy}
          onChange={(v) => set('copy', ImageCopy.options.find((each) => each === v) ?? 'thin')}
          choices={ImageCopy.options.map((value) => ({ value, label: text.copies[value] }))}
          help={text.copyMeans[draft.copy]}
          error={errorOf('boot.copy')}
        />
      ) : null}
      {draft.boot === 'devices' ? (
        <PathField
          request={{ use: 'iso' }}
          label={text.installerIso}
          required
          value={draft.path}
          onChange={(v) => set('path', v)}
          error={errorOf('cdroms.0.path') ?? errorOf('cdroms')}
        />
      ) : null}
      {draft.boot === 'disk' ? (
        <PathField
          request={{ use: 'disk' }}
          label={text.pathOnHost}
          required
          value={draft.path}
          onChange={(v) => set('path', v)}
          error={errorOf('boot.path', 'path') ?? errorOf('boot')}
        />
      ) : null}
      {draft.boot === 'disk' ? (
        <ChoiceField
          label={text.diskFormat}
          value={draft.diskFormat}
          onChange={(v) => set('diskFormat', DiskFormat.options.find((each) => each === v) ?? '')}
          choices={['', ...DiskFormat.options].map((value) => ({ value, label: value || text.diskFormatFound }))}
          error={errorOf('boot.format')}
        />
      ) : null}
      {draft.boot === 'kernel' ? (
        <>
          <PathField
            request={{ use: 'kernel' }}
            label={text.kernel}
            required
            value={draft.path}
            onChange={(v) => set('path', v)}
            error={errorOf('boot.kernel', 'path')}
          />
          <PathField
            request={{ use: 'initrd' }}
            label={text.initrd}
            value={draft.initrd}
            onChange={(v) => set('initrd', v)}
            error={errorOf('boot.initrd', 'initrd')}
          />
          <TextField
            label={text.kernelArguments}
            value={draft.append}
            onChange={(v) => set('append', v)}
            error={errorOf('boot.append')}
          />
        </>
      ) : null}
    </>
  );
}
