import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import PlusIcon from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import type { Network } from '../../../contract';
import { ChoiceField, TextField } from '../../ui/fields';
import { text } from './text';
import type { NicDraft } from './vm-draft';

/** The maximum that `vms.add` accepts. */
const MOST = 28;
const NEW = 'new';

interface Props {
  readonly nics: readonly NicDraft[];
  readonly onChange: (nics: readonly NicDraft[]) => void;
  readonly networks: readonly Network[];
  readonly errorOf: (index: number) => string | null;
}

/** The VM's vNICs, each on a network, on none, or on a new isolated network named here. */
export function NicFields({ nics, onChange, networks, errorOf }: Props) {
  const put = (index: number, nic: NicDraft): void => onChange(nics.map((old, i) => (i === index ? nic : old)));
  const choices = [
    ...networks.map((n) => ({ value: n.id, label: n.name })),
    { value: NEW, label: text.newNetwork },
    { value: '', label: text.noNetwork },
  ];
  return (
    <fieldset className="checks">
      <legend>{text.vnics}</legend>
      {nics.map((nic, index) => (
        <div className="field-row" key={index}>
          <ChoiceField
            label={text.vnic(index + 1)}
            value={nic.kind === 'network' ? nic.id : nic.kind === 'new' ? NEW : ''}
            onChange={(v) =>
              put(
                index,
                v === NEW ? { kind: 'new', name: '' } : v === '' ? { kind: 'none' } : { kind: 'network', id: v },
              )
            }
            choices={choices}
          />
          {nic.kind === 'new' ? (
            <TextField
              label={text.newNetworkName}
              required
              value={nic.name}
              onChange={(name) => put(index, { kind: 'new', name })}
              error={errorOf(index)}
              help={text.newNetworkMeans}
            />
          ) : null}
          <Button
            variant="plain"
            className="field-row-end"
            aria-label={text.leaveOut(text.vnic(index + 1))}
            icon={<TrashIcon />}
            onClick={() => onChange(nics.filter((_, i) => i !== index))}
          />
        </div>
      ))}
      <Button
        variant="link"
        isInline
        icon={<PlusIcon />}
        isDisabled={nics.length >= MOST}
        onClick={() =>
          onChange([
            ...nics,
            networks[0] === undefined ? { kind: 'new', name: '' } : { kind: 'network', id: networks[0].id },
          ])
        }
      >
        {text.addVnic}
      </Button>
    </fieldset>
  );
}
