import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { type ChangeEvent, useRef, useState } from 'react';
import { ActionButton } from '../../ui/action-button';
import { TextAreaField, TextField } from '../../ui/fields';
import { Fold } from '../../ui/fold';
import { type FirstBoot, seedOf } from './first-boot-draft';
import { SeedPreview } from './seed-preview';
import { text } from './text';
import type { VmForm } from './vm-draft';

interface Props {
  readonly draft: VmForm;
  readonly onChange: (firstBoot: FirstBoot) => void;
  readonly errorOf: (field: string) => string | null;
}

type Lists = 'sshKeys' | 'addresses' | 'gateways' | 'dns' | 'searchDomains';

/** What a cloud image gets at its first boot: who can log in, and how its vNICs are configured. */
export function FirstBootFields({ draft, onChange, errorOf }: Props) {
  const form = draft.firstBoot;
  const set = <K extends keyof FirstBoot>(field: K, value: FirstBoot[K]): void => onChange({ ...form, [field]: value });
  const error = (field: string): string | null => errorOf(`boot.seed.${field}`);
  const seed = seedOf(form, draft.nics.length);
  /** The first error of a list or of one of its entries. */
  const errorIn = (field: Lists, at: readonly number[] = (seed?.[field] ?? []).map((_, i) => i)): string | null =>
    error(field) ??
    at.flatMap((i) => [`${field}.${i}`, `${field}.${i}.address`].map(error)).find((e) => e !== null) ??
    null;
  const ofVnic = (vnic: string): number[] =>
    (seed?.addresses ?? []).flatMap((each, i) => (each.vnic === vnic ? [i] : []));
  return (
    <fieldset className="checks">
      <legend>{text.firstBoot}</legend>
      <Checkbox
        id="first-boot"
        label={text.firstBootOn}
        description={text.firstBootMeans}
        isChecked={form.on}
        onChange={(_, on) => set('on', on)}
      />
      {form.on ? (
        <>
          <div className="field-row">
            <TextField label={text.user} value={form.user} onChange={(v) => set('user', v)} error={error('user')} />
            <TextField
              label={text.password}
              type="password"
              value={form.password}
              onChange={(v) => set('password', v)}
              error={error('password')}
              help={text.passwordMeans}
            />
          </div>
          <Keys value={form.keys} onChange={(v) => set('keys', v)} error={errorIn('sshKeys')} />
          {draft.nics.map((_, i) => (
            <TextField
              key={i}
              label={text.addressOf(text.vnic(i + 1))}
              value={form.addresses[i] ?? ''}
              onChange={(v) =>
                set(
                  'addresses',
                  draft.nics.map((__, n) => (n === i ? v : (form.addresses[n] ?? ''))),
                )
              }
              error={errorIn('addresses', ofVnic(`nic${i + 1}`))}
              help={text.addressMeans}
            />
          ))}
          <Fold label={text.moreFirstBoot}>
            <div className="field-row">
              <TextField
                label={text.gateways}
                value={form.gateways}
                onChange={(v) => set('gateways', v)}
                error={errorIn('gateways')}
              />
              <TextField label={text.dns} value={form.dns} onChange={(v) => set('dns', v)} error={errorIn('dns')} />
            </div>
            <div className="field-row">
              <TextField
                label={text.hostname}
                value={form.hostname}
                onChange={(v) => set('hostname', v)}
                error={error('hostname')}
                help={text.hostnameMeans}
              />
              <TextField
                label={text.searchDomains}
                value={form.searchDomains}
                onChange={(v) => set('searchDomains', v)}
                error={errorIn('searchDomains')}
              />
            </div>
            <TextAreaField
              label={text.userData}
              value={form.userData}
              onChange={(v) => set('userData', v)}
              error={error('userData')}
              help={text.userDataMeans}
            />
            <TextAreaField
              label={text.networkConfig}
              value={form.networkConfig}
              onChange={(v) => set('networkConfig', v)}
              error={error('networkConfig')}
              help={text.networkConfigMeans}
            />
          </Fold>
          <SeedPreview draft={draft} />
        </>
      ) : null}
    </fieldset>
  );
}

/** The header of a private key file in every format of OpenSSH and OpenSSL. */
const isPrivateKey = (keys: string): boolean => /PRIVATE.KEY/.test(keys);

/** Public keys: pasted, or read from files that the user chooses. A private key is not taken. */
function Keys({
  value,
  onChange,
  error,
}: {
  readonly value: string;
  readonly onChange: (keys: string) => void;
  readonly error: string | null;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const read = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const files = [...(event.target.files ?? [])];
    event.target.value = '';
    const texts = await Promise.all(files.map((file) => (file.size > 65_536 ? Promise.resolve('') : file.text())));
    const at = texts.findIndex((each) => isPrivateKey(each) || each.trim() === '');
    if (at !== -1) return setRefused(text.notPublicKey(files[at]?.name ?? ''));
    setRefused(null);
    onChange(
      [value, ...texts]
        .map((each) => each.trim())
        .filter(Boolean)
        .join('\n'),
    );
  };
  return (
    <>
      <TextAreaField
        label={text.sshKeys}
        value={value}
        onChange={(keys) => {
          setRefused(null);
          onChange(keys);
        }}
        error={isPrivateKey(value) ? text.privateKey : (refused ?? error)}
        help={text.sshKeysMean}
      />
      <input ref={input} type="file" multiple hidden aria-hidden onChange={(event) => void read(event)} />
      <ActionButton variant="secondary" size="sm" onClick={() => input.current?.click()}>
        {text.addKeyFile}
      </ActionButton>
    </>
  );
}
