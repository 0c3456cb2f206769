import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Vm } from '../../../contract';
import { EventList } from '../../actions/event-list';
import { useClusters, useHosts } from '../../actions/use-names';
import { VmFrame } from '../../actions/vm-frame';
import { queries } from '../../api/queries';
import { Facts, Section } from '../../ui/page';
import { Ago } from '../../ui/time';
import { EditVm } from './edit-vm';
import { ForwardsPart } from './forwards-part';
import { text } from './text';
import { VnicsPart } from './vnics-part';

export function VmPage() {
  const { id } = useParams({ from: '/vms/$id' });
  const events = useQuery(queries.events()).data ?? [];
  return (
    <VmFrame id={id} tab="overview">
      {(vm) => (
        <div className="columns">
          <div className="column">
            <VnicsPart vm={vm} />
            <ForwardsPart vm={vm} />
            <Section title="Events">
              <EventList events={events.filter((event) => event.subjects.vmId === id)} />
            </Section>
          </div>
          <div className="column">
            <AboutPart vm={vm} />
          </div>
        </div>
      )}
    </VmFrame>
  );
}

function AboutPart({ vm }: { vm: Vm }) {
  const host = useHosts().get(vm.hostId ?? '');
  const cluster = useClusters().get(vm.clusterId)?.name ?? '';
  return (
    <Section title="About" tools={<EditVm vm={vm} />}>
      <Facts
        facts={[
          [
            'Host',
            host === undefined ? (
              'none yet'
            ) : (
              <Link to="/hosts/$id" params={{ id: host.id }}>
                {host.name}
              </Link>
            ),
          ],
          ['Cluster', cluster],
          ['Memory', `${vm.memoryMiB} MiB`],
          ['CPUs', vm.cpus],
          ['Boots from', text.boots[vm.boot.kind]],
          ['Running since', <Ago at={vm.startedAt} none="not running" />],
          ['Made', <Ago at={vm.createdAt} />],
        ]}
      />
    </Section>
  );
}
