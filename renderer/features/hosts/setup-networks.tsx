import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { AttachmentDraft, type Network, type Preview } from '../../../contract';
import { PreviewList } from '../../actions/confirm';
import { text as shared } from '../../actions/text';
import { client } from '../../api/client';
import type { HostShow } from '../../api/live-shows';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Dialog } from '../../ui/dialog';
import { complaints } from '../../ui/form-state';
import { ErrorAlert } from '../../ui/error-alert';
import { NewVlanNetwork } from './setup-new-network';
import { NetworkRow } from './setup-network-row';
import { NicCard } from './setup-nic-card';
import * as draft from './setup-draft';
import './setup-networks.css';
import { text } from './text';

interface Props {
  readonly show: HostShow;
  readonly onClose: () => void;
}

/** *Set up networks*: NICs on the left, networks on the right, isolated networks below. It opens once the networks are loaded. */
export function SetupNetworks(props: Props) {
  const networks = useQuery(queries.networks()).data;
  return networks === undefined ? null : <SetupForm {...props} networks={networks} />;
}

function SetupForm({ show, onClose, networks }: Props & { networks: readonly Network[] }) {
  const { host } = show;
  const here = networks.filter(({ clusters }) => clusters.some(({ clusterId }) => clusterId === host.clusterId));
  const regular = here.filter(draft.isRegular);
  const ids = new Set(regular.map(({ id }) => id));
  const attachments = show.attachments.filter(({ networkId }) => ids.has(networkId));
  // The setup when the dialog opened: the draft is compared with it, whatever changes in the meantime.
  const [was] = useState(() => draft.draftOf(attachments, show.bonds));
  const [is, setIs] = useState(was);
  const [preview, setPreview] = useState<Preview | null>(null);
  const nameOf = (id: string): string => networks.find((each) => each.id === id)?.name ?? id;
  const { input, words } = draft.changesOf(was, is, nameOf);
  const override = attachments
    .filter((each) => each.state === 'out_of_sync' && input.attach?.some(({ network }) => network === each.networkId))
    .map(({ networkId }) => networkId);
  const command = useCommand((dryRun: boolean) =>
    client.hosts.setupNetworks({ host: host.id, ...input, override, dryRun }),
  );
  const change = (next: draft.SetupDraft): void => {
    setIs(next);
    setPreview(null);
  };
  const wrong = (input.attach ?? []).flatMap((each) =>
    Object.entries(complaints(AttachmentDraft, each)).map(([path, what]) =>
      text.wrongAddress(path.endsWith('gateway') ? text.gateway : text.addressAndLength, what),
    ),
  );
  const why = words.length === 0 ? text.nothingYet : (wrong[0] ?? null);
  const send = async (dryRun: boolean): Promise<void> => {
    const answer = await command.run(dryRun);
    if (dryRun) setPreview(answer?.preview ?? null);
    else if (answer !== null) onClose();
  };
  const targets = draft.targetsOf(show.nics, is);
  const rowOf = (network: Network) => (
    <NetworkRow
      key={network.id}
      network={network}
      placed={is.placed.get(network.id)}
      attachment={attachments.find(({ networkId }) => networkId === network.id)}
      targets={targets}
      onPlace={(nic) => change(draft.place(is, network.id, nic))}
      onAddress={(ipv4) => change(draft.setIpv4(is, network.id, ipv4))}
    />
  );
  return (
    <Dialog
      title={text.setupTitle(host.name)}
      description={text.setupMeans}
      size="large"
      submit={text.setUp}
      why={why}
      busy={command.busy}
      onSubmit={() => void send(false)}
      onClose={onClose}
      extra={
        <ActionButton variant="secondary" why={why} onClick={() => void send(true)}>
          {shared.preview}
        </ActionButton>
      }
    >
      <div className="setup">
        <section aria-label={text.nics}>
          <h3>{text.nics}</h3>
          {targets.map((name) => (
            <NicCard
              key={name}
              name={name}
              nics={show.nics}
              draft={is}
              onDropNetwork={(id) => change(draft.place(is, id, name))}
              onDropNic={(nic) => change(draft.bond(is, nic, name))}
              onUnbond={() => change(draft.unbond(is, name))}
              onMode={(mode) => change(draft.setMode(is, name, mode))}
            >
              {regular.filter(({ id }) => is.placed.get(id)?.nic === name).map(rowOf)}
            </NicCard>
          ))}
        </section>
        <section aria-label={text.onNoNic}>
          <h3>{text.onNoNic}</h3>
          {regular.length === 0 ? <p className="soft">{text.noRegular}</p> : null}
          {regular.filter(({ id }) => !is.placed.has(id)).map(rowOf)}
          <NewVlanNetwork host={host} />
          <Isolated networks={here.filter(({ isIsolated }) => isIsolated)} />
        </section>
      </div>
      <section aria-label={text.pending} aria-live="polite" className="setup-pending">
        <h3>{text.pending}</h3>
        {words.length === 0 ? <p className="soft">{text.nothingYet}</p> : null}
        <ul>
          {words.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {wrong.map((line) => (
          <p key={line} className="bad">
            {line}
          </p>
        ))}
      </section>
      {preview === null ? null : <PreviewList preview={preview} />}
      <ErrorAlert problem={command.problem} />
    </Dialog>
  );
}

function Isolated({ networks }: { networks: readonly Network[] }) {
  return (
    <div className="setup-isolated">
      <h3>{text.isolatedCount(networks.length)}</h3>
      <p className="soft">{text.isolatedNeedNone}</p>
      <p>{networks.map(({ name }) => name).join(', ')}</p>
    </div>
  );
}
