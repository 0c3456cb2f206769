import { Ipv4, type Network, type NetworkAttachment } from '../../../contract';
import { text as shared } from '../../actions/text';
import { ChoiceField, TextField } from '../../ui/fields';
import { complaints } from '../../ui/form-state';
import { State } from '../../ui/state';
import { ATTACHMENT_FEEL } from '../../ui/tone';
import type { Placed } from './setup-draft';
import { NETWORK_DRAG } from './setup-nic-card';
import { text } from './text';

interface Props {
  readonly network: Network;
  readonly placed: Placed | undefined;
  /** The current state on the host; undefined: not deployed yet. */
  readonly attachment: NetworkAttachment | undefined;
  readonly targets: readonly string[];
  readonly onPlace: (nic: string | null) => void;
  readonly onAddress: (ipv4: Ipv4) => void;
}

/** A regular network, dragged onto a NIC or assigned with a select field; with the host's own address on it. */
export function NetworkRow({ network, placed, attachment, targets, onPlace, onAddress }: Props) {
  const { name, vlan, mtu } = network;
  return (
    <div
      role="group"
      aria-label={text.network(name)}
      className="setup-network"
      draggable
      onDragStart={(event) => {
        event.stopPropagation();
        event.dataTransfer.setData(NETWORK_DRAG, network.id);
      }}
    >
      <header>
        <strong>{name}</strong>
        <small className="soft">
          {vlan === null ? text.noVlan : text.vlan(vlan)} · {text.mtu(mtu)}
        </small>
        {attachment === undefined ? null : <State feel={ATTACHMENT_FEEL[attachment.state]} />}
      </header>
      {attachment?.differences.map((difference) => (
        <p key={difference.what} className="bad">
          {shared.differs(difference)}
        </p>
      ))}
      <div className="setup-fields">
        <ChoiceField
          label={text.nicOf(name)}
          value={placed?.nic ?? ''}
          onChange={(nic) => onPlace(nic === '' ? null : nic)}
          choices={[{ value: '', label: text.none }, ...targets.map((each) => ({ value: each, label: each }))]}
        />
        {placed === undefined ? null : <Address name={name} ipv4={placed.ipv4} onAddress={onAddress} />}
      </div>
    </div>
  );
}

const KINDS = [
  { value: 'none', label: text.none },
  { value: 'dhcp', label: text.byDhcp },
  { value: 'static', label: text.static },
];

function Address({ name, ipv4, onAddress }: { name: string; ipv4: Ipv4; onAddress: (ipv4: Ipv4) => void }) {
  const choose = (kind: string): void => {
    if (kind === 'static') onAddress({ kind, address: '', gateway: null });
    else onAddress({ kind: kind === 'dhcp' ? 'dhcp' : 'none' });
  };
  const wrong = complaints(Ipv4, ipv4);
  return (
    <>
      <ChoiceField label={text.addressOn(name)} value={ipv4.kind} onChange={choose} choices={KINDS} />
      {ipv4.kind === 'static' ? (
        <>
          <TextField
            label={text.addressAndLength}
            value={ipv4.address}
            onChange={(address) => onAddress({ ...ipv4, address })}
            help={text.addressLike}
            // An empty field is not an error yet; the reason is shown below.
            error={ipv4.address === '' ? null : (wrong['address'] ?? null)}
          />
          <TextField
            label={text.gateway}
            value={ipv4.gateway ?? ''}
            onChange={(gateway) => onAddress({ ...ipv4, gateway: gateway === '' ? null : gateway })}
            help={text.emptyForNone}
            error={wrong['gateway'] ?? null}
          />
        </>
      ) : null}
    </>
  );
}
