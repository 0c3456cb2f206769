import { Link } from '@tanstack/react-router';
import { ActionTool } from '../../actions/registry/action-bar';
import { useNetworks } from '../../actions/use-names';
import type { HostShow } from '../../api/live-shows';
import { Section } from '../../ui/page';
import { text } from './text';

/** The uplink of a lab: off by default. Other kinds of host have none. */
export function WayOutPart({ show: { host, attachments } }: { show: HostShow }) {
  const networks = useNetworks();
  if (host.kind !== 'lab') return null;
  const wayOut = attachments.find((attachment) => attachment.nic !== null);
  return (
    <Section
      title={text.wayOutTitle}
      tools={<ActionTool kind="host" object={host} id={wayOut === undefined ? 'enableUplink' : 'disableUplink'} />}
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
    </Section>
  );
}
