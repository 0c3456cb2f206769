import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { SplitNotice } from '../../actions/split-notice';
import { StretchNetwork } from '../../actions/stretch-network';
import { EventList } from '../../actions/event-list';
import { Gone } from '../../actions/gone';
import { LatestEvents } from '../../actions/latest-events';
import { ActionBar } from '../../actions/registry/action-bar';
import { text as shared } from '../../actions/text';
import { useAsked } from '../../actions/use-asked';
import { isSimulated, useHosts, useLooks } from '../../actions/use-names';
import type { NetworkShow } from '../../api/live-shows';
import { queries } from '../../api/queries';
import { Facts, PageHead, Section, Waiting } from '../../ui/page';
import { PageTabs } from '../../ui/page-tabs';
import { Dot, State } from '../../ui/state';
import { Swatch } from '../../ui/swatch';
import { IsolatedTag, SimulatedTag, Tag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { ATTACHMENT_FEEL, verdictFeel, vmFeel } from '../../ui/tone';
import { ClustersPart } from './clusters-part';
import { EditNetwork } from './edit-network';
import { EditServices } from './edit-services';
import { IsolationTab } from './isolation-tab';
import { ServicesPart } from './services-part';
import { TunnelsPart } from './tunnels-part';
import { useWaitingHosts, WaitingHosts } from './waiting-hosts';
import { text } from './text';

const VMS_SHOWN = 50;

const TABS = [
  { key: 'overview', title: shared.overview },
  { key: 'isolation', title: text.isolation },
  { key: 'events', title: shared.events },
] as const;

export function NetworkPage() {
  const { id } = useParams({ from: '/networks/$id' });
  const { tab = 'overview' } = useSearch({ from: '/networks/$id' });
  const navigate = useNavigate({ from: '/networks/$id' });
  const { data, error } = useQuery(queries.network(id));
  const looks = useLooks();
  const [editing, setEditing] = useAsked('edit');
  const [serving, setServing] = useAsked('services');
  const [stretching, setStretching] = useAsked('stretch');
  if (error !== null && data === undefined) return <Gone error={error} to="/networks" all={text.all} />;
  if (data === undefined) return <Waiting />;
  const { network } = data;
  return (
    <div className="page">
      <PageHead
        above={<Link to="/networks">{text.title}</Link>}
        title={
          <>
            <Swatch look={looks.get(id)} /> {network.name}
          </>
        }
        tags={network.isIsolated ? <IsolatedTag /> : null}
        sub={network.comment === '' ? undefined : network.comment}
        actions={<ActionBar kind="network" object={network} onRemoved={() => void navigate({ to: '/networks' })} />}
      />
      <PageTabs
        label={shared.pagesOf(network.name)}
        tabs={TABS}
        active={tab}
        onSelect={(selected) => void navigate({ search: { tab: selected }, replace: true })}
      >
        {tab === 'overview' ? <Overview show={data} /> : null}
        {tab === 'isolation' ? <IsolationTab network={network} /> : null}
        {tab === 'events' ? (
          <Section title={shared.events}>
            <EventList events={data.events} />
          </Section>
        ) : null}
      </PageTabs>
      {editing ? <EditNetwork network={network} onClose={() => setEditing(false)} /> : null}
      {stretching ? <StretchNetwork network={network} onClose={() => setStretching(false)} /> : null}
      {serving ? <EditServices network={network} vms={data.vms} onClose={() => setServing(false)} /> : null}
    </div>
  );
}

function Overview({ show }: { show: NetworkShow }) {
  const { network } = show;
  return (
    <div className="columns">
      <div className="column">
        <SplitNotice networkId={network.id} />
        <HostsPart show={show} />
        {network.isIsolated ? <TunnelsPart network={network} /> : null}
        <VmsPart show={show} />
        {network.isIsolated ? <ServicesPart network={network} /> : null}
      </div>
      <div className="column">
        <Section title={text.about}>
          <Facts
            facts={[
              [text.bridgeOnEvery, <span className="mono">{network.bridge}</span>],
              [text.mtu, network.mtu],
              [text.vlan, network.vlan ?? text.none],
              [text.label, network.label === null ? text.noLabel : <Tag>{network.label}</Tag>],
              [text.guestAddresses, network.services?.subnet ?? network.guestSubnet ?? text.noneGiven],
              [text.made, <Ago at={network.createdAt} />],
              ...(network.isIsolated ? [[text.waysOut, <Gateways show={show} />] as const] : []),
            ]}
          />
        </Section>
        <ClustersPart network={network} isOnHosts={show.attachments.length > 0} />
        <LatestEvents
          events={show.events}
          all={
            <Link to="/networks/$id" params={{ id: network.id }} search={{ tab: 'events' }}>
              {shared.allEvents}
            </Link>
          }
        />
      </div>
    </div>
  );
}

/** VMs that could be gateways of the network's VMs; possible, not certain. */
function Gateways({ show }: { show: NetworkShow }) {
  if (show.waysOut.length === 0) return text.noUplink;
  return show.waysOut.map((vm, index) => (
    <span key={vm.id}>
      {index === 0 ? '' : ', '}
      <Link to="/vms/$id" params={{ id: vm.id }}>
        {vm.name}
      </Link>
    </span>
  ));
}

function HostsPart({ show }: { show: NetworkShow }) {
  const hosts = useHosts();
  return (
    <Section title={text.hostsCount(show.attachments.length)}>
      <ul className="rows">
        {show.attachments.map((attachment) => (
          <li key={attachment.hostId}>
            <span className="grow">
              <Link to="/hosts/$id" params={{ id: attachment.hostId }}>
                {hosts.get(attachment.hostId)?.name ?? attachment.hostId}
              </Link>{' '}
              {isSimulated(hosts.get(attachment.hostId)) ? <SimulatedTag /> : null}
              {attachment.nic === null ? null : (
                <small className="soft">
                  {text.leadsBy} <span className="mono">{attachment.nic}</span>
                </small>
              )}
              {attachment.imported ? <small className="block soft">{text.wasThere}</small> : null}
              {attachment.differences.map((d) => (
                <small key={d.what} className="block soft">
                  {shared.differs(d)}
                </small>
              ))}
            </span>
            <State feel={ATTACHMENT_FEEL[attachment.state]} reason={attachment.message} />
            {show.network.isIsolated ? <State feel={verdictFeel(attachment)} /> : null}
            <small className="soft">
              {text.seen} <Ago at={attachment.observedAt} />
            </small>
          </li>
        ))}
      </ul>
      <NotOnHosts show={show} />
    </Section>
  );
}

/** Why the network is on no host, or not on all, with the next step: a regular one waits for a NIC on each host of its clusters. */
function NotOnHosts({ show: { network, attachments } }: { show: NetworkShow }) {
  const waiting = useWaitingHosts(network, new Set(attachments.map(({ hostId }) => hostId)));
  if (waiting.length === 0)
    return attachments.length > 0 ? null : (
      <p className="soft">{network.clusters.length === 0 ? text.onNoCluster : text.noActiveHost}</p>
    );
  if (network.isIsolated) return attachments.length > 0 ? null : <p className="soft">{text.deploying}</p>;
  return (
    <>
      <p className="soft">{attachments.length > 0 ? text.onSomeNics(network.name) : text.onNoNic(network.name)}</p>
      <WaitingHosts network={network} hosts={waiting} />
    </>
  );
}

function VmsPart({ show }: { show: NetworkShow }) {
  const hosts = useHosts();
  return (
    <Section title={text.vmsCount(show.vms.length)}>
      {show.vms.length === 0 ? <p className="soft">{text.noVms}</p> : null}
      <ul className="rows rows-wide">
        {show.vms.slice(0, VMS_SHOWN).map((vm) => (
          <li key={vm.id}>
            <Dot tone={vmFeel(vm.state).tone} label={vmFeel(vm.state).words} />
            <span className="grow">
              <Link to="/vms/$id" params={{ id: vm.id }}>
                {vm.name}
              </Link>
            </span>
            <small className="soft">{vm.hostId === null ? text.noHostYet : hosts.get(vm.hostId)?.name}</small>
          </li>
        ))}
      </ul>
      {show.vms.length > VMS_SHOWN ? (
        <Link to="/vms" search={{ q: show.network.name }}>
          {text.allVms(show.vms.length)}
        </Link>
      ) : null}
    </Section>
  );
}
