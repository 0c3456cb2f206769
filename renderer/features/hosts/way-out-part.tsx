import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Confirm } from '../../actions/confirm';
import { useNetworks } from '../../actions/use-names';
import type { HostShow } from '../../api/live-shows';
import { client } from '../../api/client';
import { useCommand } from '../../api/use-command';
import { Act } from '../../ui/act';
import { Section } from '../../ui/page';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

/** The way out of a lab: none, until a person asks for it. Other kinds of host can have none. */
export function WayOutPart({ show: { host, attachments } }: { show: HostShow }) {
  const [asking, setAsking] = useState(false);
  const networks = useNetworks();
  const enable = useCommand(() => client.outside.enable({ host: host.id }));
  if (host.kind !== 'lab') return null;
  const wayOut = attachments.find((attachment) => attachment.nic !== null);
  return (
    <Section
      title={text.wayOutTitle}
      tools={
        wayOut === undefined ? (
          <Act variant="secondary" size="sm" isLoading={enable.busy} onClick={() => void enable.run(undefined)}>
            {text.giveWayOut}
          </Act>
        ) : (
          <Act variant="secondary" size="sm" onClick={() => setAsking(true)}>
            {text.takeWayOut}
          </Act>
        )
      }
    >
      {wayOut === undefined ? (
        <p className="soft">{text.noWayOut}</p>
      ) : (
        <p>
          <span className="mono">{wayOut.nic}</span>, {text.byNetwork}{' '}
          <Link to="/networks/$id" params={{ id: wayOut.networkId }}>
            {networks.get(wayOut.networkId)?.name ?? wayOut.networkId}
          </Link>
          . <span className="soft">{text.wayOut}</span>
        </p>
      )}
      <Trouble problem={enable.problem} />
      {asking ? (
        <Confirm
          title={text.takeWayOutTitle(host.name)}
          words={text.closeWayOut}
          submit={text.takeAway}
          danger
          call={(dryRun) => client.outside.disable({ host: host.id, dryRun })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Section>
  );
}
