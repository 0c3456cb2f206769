import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { isRunning, type Vm } from '../../../contract';
import { EventList } from '../../actions/event-list';
import { VmSplitNotices } from '../../actions/split-notice';
import { LatestEvents } from '../../actions/latest-events';
import { text as shared } from '../../actions/text';
import { VmStatisticsPart } from '../../actions/statistics-part';
import { SnapshotsPart } from '../../actions/snapshots-part';
import { useClusters, useHosts } from '../../actions/use-names';
import { VmFrame } from '../../actions/vm-frame';
import { whyNotVm } from '../../actions/why';
import { queries } from '../../api/queries';
import { Facts, Section, Waiting } from '../../ui/page';
import { Ago } from '../../ui/time';
import { CdromsPart } from './cdroms-part';
import { DisksPart } from './disks-part';
import { EditVm } from './edit-vm';
import { ForwardsPart } from './forwards-part';
import { GuestPart } from './guest-part';
import { HardwarePart } from './hardware-part';
import { text } from './text';
import { VnicsPart } from './vnics-part';

export function VmPage() {
  const { id } = useParams({ from: '/vms/$id' });
  const { tab = 'overview' } = useSearch({ from: '/vms/$id' });
  return (
    <VmFrame id={id} tab={tab}>
      {(vm) =>
        tab === 'events' ? (
          <EventsPart id={id} />
        ) : (
          <div className="columns">
            <div className="column">
              <VmSplitNotices vm={vm} />
              <VnicsPart vm={vm} />
              <DisksPart vm={vm} />
              <CdromsPart vm={vm} />
              <ForwardsPart vm={vm} />
              <VmStatisticsPart
                vmId={vm.id}
                cpus={vm.cpus}
                memoryMiB={vm.memoryMiB}
                isRunning={isRunning(vm.state)}
                nicNames={new Map(vm.vnics.filter(({ plugged }) => plugged).map(({ mac, name }) => [mac, name]))}
              />
              <LatestPart id={id} />
            </div>
            <div className="column">
              <AboutPart vm={vm} />
              <HardwarePart vm={vm} />
              <GuestPart vm={vm} />
              <SnapshotsPart of={{ vmId: vm.id, name: vm.name }} why={whyNotVm(vm, 'snapshot')} />
            </div>
          </div>
        )
      }
    </VmFrame>
  );
}

function LatestPart({ id }: { id: string }) {
  const { data } = useQuery(queries.vmEvents(id));
  const all = (
    <Link to="/vms/$id" params={{ id }} search={{ tab: 'events' }}>
      {shared.allEvents}
    </Link>
  );
  return <LatestEvents events={data} all={all} />;
}

function EventsPart({ id }: { id: string }) {
  const { data } = useQuery(queries.vmEvents(id));
  return (
    <Section title={shared.events}>
      {data === undefined ? <Waiting /> : <EventList events={data} limit={200} />}
    </Section>
  );
}

function AboutPart({ vm }: { vm: Vm }) {
  const host = useHosts().get(vm.hostId ?? '');
  const cluster = useClusters().get(vm.clusterId)?.name ?? '';
  return (
    <Section title={text.about} tools={<EditVm vm={vm} />}>
      <Facts
        facts={[
          [
            text.host,
            host === undefined ? (
              text.noHostYet
            ) : (
              <Link to="/hosts/$id" params={{ id: host.id }}>
                {host.name}
              </Link>
            ),
          ],
          [text.cluster, cluster],
          [text.memory, text.mib(vm.memoryMiB)],
          [text.cpus, vm.cpus],
          ...(vm.autostart ? [[text.start, text.autostartOn] as const] : []),
          [text.bootsFrom, <BootSource vm={vm} />],
          [text.runningSince, <Ago at={vm.startedAt} none={text.notRunning} />],
          [text.made, <Ago at={vm.createdAt} />],
        ]}
      />
    </Section>
  );
}

/** What a VM boots from; of an image, which. */
function BootSource({ vm: { boot } }: { vm: Vm }) {
  const images = useQuery(queries.images()).data;
  if (boot.kind === 'image' && boot.copiedFrom !== null) return text.copyOf(boot.copiedFrom);
  const image = boot.kind === 'image' ? images?.find(({ id }) => id === boot.imageId) : undefined;
  return image === undefined ? text.boots[boot.kind] : text.imageNamed(image.name);
}
