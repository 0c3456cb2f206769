import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type Host, HOST_TEXT_KEYS, type Vm } from '../../../contract';
import { EventList } from '../../actions/event-list';
import { Gone } from '../../actions/gone';
import { LatestEvents } from '../../actions/latest-events';
import { text as shared } from '../../actions/text';
import { ReasonView } from '../../actions/remedies/remedy-view';
import { HostStatisticsPart } from '../../actions/statistics-part';
import { SnapshotsPart } from '../../actions/snapshots-part';
import { ActionBar, ActionTool } from '../../actions/registry/action-bar';
import { useAsked } from '../../actions/use-asked';
import { isSimulated, useClusters, useLooks, useNetworks, useVms } from '../../actions/use-names';
import { whyNotHost } from '../../actions/why';
import type { HostShow } from '../../api/live-shows';
import { queries } from '../../api/queries';
import { Facts, PageHead, Section, Waiting } from '../../ui/page';
import { PageTabs } from '../../ui/page-tabs';
import { Dot, State } from '../../ui/state';
import { Swatch } from '../../ui/swatch';
import { SimulatedTag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { ATTACHMENT_FEEL, HOST_FEEL, verdictFeel, VM_FEEL } from '../../ui/tone';
import { EditHost } from './edit-host';
import { gib } from './memory';
import { LabCarePart } from './lab-care-part';
import { LabelsPart } from './labels-part';
import { SetupNetworks } from './setup-networks';
import { text } from './text';
import { OtherStoresPart } from './other-store-part';
import { UnmanagedPart } from './unmanaged-part';
import { UplinkPart } from './uplink-part';

const VMS_SHOWN = 60;

export function HostPage() {
  const { id } = useParams({ from: '/hosts/$id' });
  const { tab = 'overview' } = useSearch({ from: '/hosts/$id' });
  const navigate = useNavigate({ from: '/hosts/$id' });
  const all = useVms();
  const vms = useMemo(() => [...all.values()].filter((vm) => vm.hostId === id), [all, id]);
  const { data, error } = useQuery(queries.host(id));
  const [editing, setEditing] = useAsked('edit');
  if (error !== null && data === undefined) return <Gone error={error} to="/hosts" all={text.all} />;
  if (data === undefined) return <Waiting />;
  const { host } = data;
  const whyNotUp = whyNotHost(host.state, 'runVms');
  return (
    <div className="page">
      <PageHead
        above={<Link to="/hosts">{text.title}</Link>}
        title={
          <>
            <Dot tone={HOST_FEEL[host.state].tone} /> {host.name}
          </>
        }
        tags={isSimulated(host) ? <SimulatedTag /> : null}
        sub={
          <>
            {HOST_FEEL[host.state].words}
            {host.reason === null ? null : (
              <>
                : <ReasonView reason={host.reason} />
              </>
            )}
          </>
        }
        actions={<ActionBar kind="host" object={host} onRemoved={() => void navigate({ to: '/hosts' })} />}
      />
      <PageTabs
        label={shared.pagesOf(host.name)}
        tabs={[
          { key: 'overview', title: shared.overview },
          { key: 'networks', title: text.networksCount(data.attachments.length) },
          { key: 'vms', title: text.vmsCount(vms.length) },
          { key: 'snapshots', title: shared.snapshots.title },
          { key: 'events', title: shared.events },
        ]}
        active={tab}
        onSelect={(selected) => void navigate({ search: { tab: selected }, replace: true })}
      >
        {tab === 'overview' ? (
          <div className="columns">
            <div className="column">
              <AboutPart host={host} />
              <HostStatisticsPart hostId={host.id} isUp={whyNotUp === null} />
              <LabelsPart host={host} />
              <LatestEvents
                events={data.events}
                all={
                  <Link to="/hosts/$id" params={{ id }} search={{ tab: 'events' }}>
                    {shared.allEvents}
                  </Link>
                }
              />
            </div>
            <div className="column">
              <UplinkPart show={data} />
              <NicsPart show={data} />
              <OtherStoresPart show={data} />
              <UnmanagedPart show={data} />
            </div>
          </div>
        ) : null}
        {tab === 'networks' ? <NetworksPart show={data} /> : null}
        {tab === 'vms' ? <VmsPart host={host} vms={vms} /> : null}
        {tab === 'snapshots' ? (
          <div className="columns">
            <div className="column">
              <SnapshotsPart
                of={{ hostId: host.id, name: host.name }}
                why={vms.length === 0 ? shared.snapshots.noVms : whyNotUp}
              />
            </div>
            <div className="column">
              <LabCarePart host={host} vmCount={vms.length} why={whyNotUp} />
            </div>
          </div>
        ) : null}
        {tab === 'events' ? (
          <Section title={shared.events}>
            <EventList events={data.events} limit={200} />
          </Section>
        ) : null}
      </PageTabs>
      {editing ? <EditHost host={host} onClose={() => setEditing(false)} /> : null}
    </div>
  );
}

function AboutPart({ host }: { host: Host }) {
  const can = host.capabilities;
  const cluster = useClusters().get(host.clusterId)?.name ?? '';
  return (
    <Section title={text.about}>
      <Facts
        facts={[
          [text.kind, text.kinds[host.kind]],
          [text.cluster, cluster],
          ...HOST_TEXT_KEYS.flatMap((key) => (host[key] === '' ? [] : [[text.texts[key], host[key]] as const])),
          [text.lastSeen, <Ago at={host.lastSeenAt} />],
          [text.memoryFree, host.memoryFreeMiB === null ? text.notKnown : gib(host.memoryFreeMiB)],
          ...(can === null
            ? []
            : ([
                [text.memory, gib(can.memoryMiB)],
                [text.cpus, can.cpus],
                [text.kernel, can.kernel],
                [text.acceleration, can.kvm ? text.kvm : text.noKvm],
                [text.runsAs, can.rootless ? text.ordinaryUser : text.root],
                [
                  text.tools,
                  Object.entries(can.tools)
                    .map(([tool, version]) => `${tool} ${version}`)
                    .join(', ') || text.none,
                ],
              ] as const)),
        ]}
      />
      {can?.gaps.map((gap) => (
        <p key={gap} className="bad">
          {gap}
        </p>
      ))}
    </Section>
  );
}

function NetworksPart({ show }: { show: HostShow }) {
  const [isOpen, setOpen] = useAsked('setup');
  const networks = useNetworks();
  const looks = useLooks();
  return (
    <Section
      title={text.networksCount(show.attachments.length)}
      tools={<ActionTool kind="host" object={show.host} id="setupNetworks" />}
    >
      {isOpen ? <SetupNetworks show={show} onClose={() => setOpen(false)} /> : null}
      {show.attachments.length === 0 ? <p className="soft">{text.noNetworks}</p> : null}
      <ul className="rows rows-wide">
        {show.attachments.map((attachment) => (
          <li key={attachment.networkId}>
            <Swatch look={looks.get(attachment.networkId)} />
            <span className="grow">
              <Link to="/networks/$id" params={{ id: attachment.networkId }}>
                {networks.get(attachment.networkId)?.name ?? attachment.networkId}
              </Link>
              {attachment.nic === null ? null : <small className="soft mono"> {attachment.nic}</small>}
              {attachment.differences.map((d) => (
                <small key={d.what} className="block soft">
                  {shared.differs(d)}
                </small>
              ))}
            </span>
            <small className="soft">
              {attachment.verdict === 'unknown' && attachment.failed === 0
                ? ''
                : verdictFeel(attachment).words.toLowerCase()}
            </small>
            <State feel={ATTACHMENT_FEEL[attachment.state]} reason={attachment.message} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function VmsPart({ host, vms }: { host: Host; vms: readonly Vm[] }) {
  return (
    <Section title={text.vmsCount(vms.length)}>
      {vms.length === 0 ? <p className="soft">{text.noVms}</p> : null}
      <ul className="rows rows-wide">
        {vms.slice(0, VMS_SHOWN).map((vm) => (
          <li key={vm.id}>
            <Dot tone={VM_FEEL[vm.state].tone} label={VM_FEEL[vm.state].words} />
            <span className="grow">
              <Link to="/vms/$id" params={{ id: vm.id }}>
                {vm.name}
              </Link>
            </span>
            <small className="soft">{gib(vm.memoryMiB)}</small>
          </li>
        ))}
      </ul>
      {vms.length > VMS_SHOWN ? (
        <Link to="/vms" search={{ q: host.name }}>
          {text.allVms(vms.length)}
        </Link>
      ) : null}
    </Section>
  );
}

function NicsPart({ show }: { show: HostShow }) {
  if (show.nics.length === 0) return null;
  return (
    <Section title={text.nicsCount(show.nics.length)}>
      <ul className="rows">
        {show.nics.map((nic) => (
          <li key={nic.name}>
            <Dot tone={nic.up ? 'ok' : 'off'} label={nic.up ? text.up : text.down} />
            <span className="grow mono">{nic.name}</span>
            <small className="soft">
              {nic.speedMbps === null ? '' : `${text.speed(nic.speedMbps)} · `}
              {nic.up ? '' : `${text.noLink} · `}
              {nic.mac} · {text.mtu(nic.mtu)}
              {nic.bridge === null ? '' : ` · ${text.onIt(nic.bridge)}`}
            </small>
          </li>
        ))}
      </ul>
    </Section>
  );
}
