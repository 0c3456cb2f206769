import { Link } from '@tanstack/react-router';
import { ActionTool } from '../../actions/registry/action-bar';
import { useNetworks } from '../../actions/use-names';
import type { HostShow } from '../../api/live-shows';
import { Section } from '../../ui/page';
import { text } from './text';

/** The uplink of a lab: off by default. Other kinds of host have none. */
export function UplinkPart({ show: { host, attachments } }: { show: HostShow }) {
  const networks = useNetworks();
  if (host.kind !== 'lab') return null;
  const uplink = attachments.find((attachment) => attachment.nic !== null);
  return (
    <Section
      title={text.uplinkTitle}
      tools={<ActionTool kind="host" object={host} id={uplink === undefined ? 'enableUplink' : 'disableUplink'} />}
    >
      {uplink === undefined ? (
        <p className="soft">{text.noUplink}</p>
      ) : (
        <p>
          <span className="mono">{uplink.nic}</span>, {text.byNetwork}{' '}
          <Link to="/networks/$id" params={{ id: uplink.networkId }}>
            {networks.get(uplink.networkId)?.name ?? uplink.networkId}
          </Link>
          . <span className="soft">{text.uplink}</span>
        </p>
      )}
    </Section>
  );
}
