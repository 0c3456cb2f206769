import { Label } from '@patternfly/react-core/dist/dynamic/components/Label';
import { type DragEvent, type ReactNode, useState } from 'react';
import { BondMode, type HostNic } from '../../../contract';
import { ActionButton } from '../../ui/action-button';
import { ChoiceField } from '../../ui/fields';
import { Dot } from '../../ui/state';
import type { SetupDraft } from './setup-draft';
import { text } from './text';

/** The dragged object, a network or a NIC, under a custom data type, so that nothing else can be dropped. */
export const NETWORK_DRAG = 'application/x-atoll-network';
export const NIC_DRAG = 'application/x-atoll-nic';

/** Bond modes that work under a bridge; the engine refuses the others with the reason. */
const MODES = BondMode.options.filter((mode) => !['balance-rr', 'balance-tlb', 'balance-alb'].includes(mode));

interface Props {
  readonly name: string;
  readonly nics: readonly HostNic[];
  readonly draft: SetupDraft;
  readonly children: ReactNode;
  readonly onDropNetwork: (networkId: string) => void;
  readonly onDropNic: (nic: string) => void;
  readonly onUnbond: () => void;
  readonly onMode: (mode: BondMode) => void;
}

/** A NIC or bond with its networks. Networks and other NICs can be dropped on it, or assigned with select fields. */
export function NicCard({ name, nics, draft, children, onDropNetwork, onDropNic, onUnbond, onMode }: Props) {
  const [over, setOver] = useState(false);
  const bond = draft.bonds.get(name);
  const parts = nics.filter((nic) => nic.name === name || bond?.nics.includes(nic.name));
  const carries = parts.some((nic) => nic.carriesConnection);
  const mates = nics.filter((nic) => nic.kind === 'nic' && nic.name !== name && !isBonded(draft, nic.name));
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [network, nic] = [event.dataTransfer.getData(NETWORK_DRAG), event.dataTransfer.getData(NIC_DRAG)];
    if (network !== '') onDropNetwork(network);
    else if (nic !== '') onDropNic(nic);
  };
  return (
    <div
      role="group"
      aria-label={text.nic(name)}
      className={over ? 'setup-nic setup-over' : 'setup-nic'}
      draggable={!bond}
      onDragStart={(event) => {
        if (event.target === event.currentTarget) event.dataTransfer.setData(NIC_DRAG, name);
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <header>
        <Dot
          tone={parts.some((nic) => nic.up) ? 'ok' : 'off'}
          label={parts.some((nic) => nic.up) ? text.up : text.down}
        />
        <strong className="mono">{name}</strong>
        {bond ? <span className="soft mono">{bond.nics.join(' + ')}</span> : null}
        {carries ? (
          <Label color="orange" isCompact title={text.carriesMeans}>
            {text.carries}
          </Label>
        ) : null}
        <small className="soft">{factsOf(parts)}</small>
        {mates.length === 0 ? null : (
          <select
            className="setup-bond-with"
            aria-label={bond ? text.addTo(name) : text.bondWith(name)}
            value=""
            onChange={({ target }) => (target.value === '' ? undefined : onDropNic(target.value))}
          >
            <option value="">{bond ? text.addNic : text.bond}</option>
            {mates.map((nic) => (
              <option key={nic.name} value={nic.name}>
                {nic.name}
              </option>
            ))}
          </select>
        )}
      </header>
      {carries ? <p className="soft">{text.carriesMeans}</p> : null}
      <div className="setup-slot" data-empty={text.noNetworkHere}>
        {children}
      </div>
      {bond ? (
        <div className="setup-bond">
          <ChoiceField
            label={text.modeOf(name)}
            value={bond.mode}
            help={text.modeMeans[bond.mode]}
            onChange={(mode) => onMode(BondMode.parse(mode))}
            choices={MODES.map((mode) => ({ value: mode, label: mode }))}
          />
          <ActionButton variant="link" size="sm" onClick={onUnbond}>
            {text.takeApart(name)}
          </ActionButton>
        </div>
      ) : null}
    </div>
  );
}

/** What the host says of a NIC, or of the NICs of a bond: speed, addresses, MTU, and the MAC address of a single one. */
function factsOf(parts: readonly HostNic[]): string {
  const [only, ...others] = parts;
  const mtus = [...new Set(parts.map(({ mtu }) => mtu))];
  return [
    ...new Set(parts.flatMap(speedOf)),
    ...parts.flatMap((nic) => nic.addresses),
    ...(mtus.length === 1 && mtus[0] !== undefined ? [text.mtu(mtus[0])] : []),
    ...(others.length === 0 && only !== undefined && only.mac !== null ? [only.mac] : []),
  ].join(' · ');
}

/** Of a bond that exists its NICs say it. A NIC without a link says so; of one with a link the speed may be unknown. */
function speedOf({ kind, up, speedMbps }: HostNic): string[] {
  if (kind !== 'nic') return [];
  if (!up) return [text.noLink];
  return speedMbps === null ? [] : [text.speed(speedMbps)];
}

const isBonded = ({ bonds }: SetupDraft, nic: string): boolean =>
  [...bonds.values()].some((bond) => bond.nics.includes(nic));
