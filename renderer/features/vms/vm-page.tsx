import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { Vm } from '../../../contract';
import { EventList } from '../../actions/event-list';
import { isSimulated, useClusters, useHosts } from '../../actions/use-names';
import { VmActions } from '../../actions/vm-actions';
import { queries } from '../../api/queries';
import { Facts, Nothing, PageHead, Section, Waiting } from '../../ui/page';
import { Dot } from '../../ui/state';
import { SimulatedTag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { VM_FEEL } from '../../ui/tone';
import { EditVm } from './edit-vm';
import { ForwardsPart } from './forwards-part';
import { text } from './text';
import { VnicsPart } from './vnics-part';

export function VmPage() {
  const { id } = useParams({ from: '/vms/$id' });
  const navigate = useNavigate();
  const vms = useQuery(queries.vms());
  const host = useHosts().get(vms.data?.find((vm) => vm.id === id)?.hostId ?? '');
  const events = useQuery(queries.events()).data ?? [];
  if (vms.data === undefined) return <Waiting />;
  const vm = vms.data.find((one) => one.id === id);
  if (vm === undefined)
    return (
      <Nothing title="This VM is gone" action={<Link to="/vms">All virtual machines</Link>}>
        It was removed, or never was.
      </Nothing>
    );
  return (
    <div className="page">
      <PageHead
        above={<Link to="/vms">Virtual machines</Link>}
        title={
          <>
            <Dot tone={VM_FEEL[vm.state].tone} /> {vm.name}
          </>
        }
        tags={isSimulated(host) ? <SimulatedTag /> : null}
        sub={`${VM_FEEL[vm.state].words}${vm.reason === null ? '' : `: ${vm.reason}`}${vm.comment === '' ? '' : ` · ${vm.comment}`}`}
        actions={<VmActions vm={vm} onRemoved={() => void navigate({ to: '/vms' })} />}
      />
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
    </div>
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
