import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useQuery } from '@tanstack/react-query';
import {
  AppError,
  type Cluster,
  DEFAULT_HARDWARE,
  DEFAULT_PLACE,
  hasBootDisk,
  type Host,
  type HostFit,
  type Network,
} from '../../../contract';
import { SizeInputs } from '../../actions/hardware/sizes';
import { whyText } from '../../actions/host-chooser';
import { text as shared } from '../../actions/text';
import { useVms } from '../../actions/use-names';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { Dialog } from '../../ui/dialog';
import { ChoiceField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { ErrorAlert } from '../../ui/error-alert';
import { lookAlike } from '../../ui/look-alike';
import { BootFields } from './boot-fields';
import { diskFor, toDisk } from './disk-draft';
import { DiskFields } from './disk-fields';
import { NO_FIRST_BOOT } from './first-boot-draft';
import { FirstBootFields } from './first-boot-fields';
import { HardwareFold } from './hardware-fold';
import { NicFields } from './nic-fields';
import { text } from './text';
import { bootOf, cdromsOf, hardwareOf, toVmInput, type VmForm, VmInput, withPreset } from './vm-draft';

interface Props {
  /** The image that it is to boot from at first. */
  readonly image?: string | undefined;
  /** The network and the host that it is to be on at first. */
  readonly network?: string | undefined;
  readonly host?: string | undefined;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

/** The form of a new VM. It opens once its choices are loaded: a URL can link to it directly. */
export function CreateVm(props: Props) {
  const clusters = useQuery(queries.clusters()).data;
  const hosts = useQuery(queries.hosts()).data;
  const networks = useQuery(queries.networks()).data;
  return clusters === undefined || hosts === undefined || networks === undefined ? null : (
    <VmFormDialog {...props} clusters={clusters} hosts={hosts} networks={networks} />
  );
}

interface Offer {
  readonly clusters: readonly Cluster[];
  readonly hosts: readonly Host[];
  readonly networks: readonly Network[];
}

/** The first cluster with hosts, else the first one. */
const likely = ({ clusters, hosts }: Offer): Cluster | undefined =>
  clusters.find((c) => hosts.some((h) => h.clusterId === c.id)) ?? clusters[0];

/** The cluster of the host, else one with the network, else the likely one. */
function placeOf(offer: Offer, network: string | undefined, host: string | undefined): Cluster | undefined {
  const clusterId =
    offer.hosts.find(({ id }) => id === host)?.clusterId ??
    offer.networks.find(({ id }) => id === network)?.clusters[0]?.clusterId;
  return offer.clusters.find(({ id }) => id === clusterId) ?? likely(offer);
}

function firstNic(offer: Offer, given: string | undefined): VmForm['nics'][number] {
  if (offer.networks.some(({ id }) => id === given)) return { kind: 'network', id: given ?? '' };
  const cluster = likely(offer);
  const network = offer.networks.find((n) => n.dataCenterId === cluster?.dataCenterId);
  return network === undefined ? { kind: 'new', name: '' } : { kind: 'network', id: network.id };
}

/** Creates an isolated network named in the form first, in the VM's cluster. */
function VmFormDialog({ image, network, host, onClose, onCreated, ...offer }: Props & Offer) {
  const { clusters, networks } = offer;
  const form = useFormState<VmForm>(
    {
      name: '',
      cluster: placeOf(offer, network, host)?.id ?? DEFAULT_PLACE,
      host: host ?? '',
      memory: '',
      cpus: '1',
      boot: image === undefined ? 'tiny' : 'image',
      image: image ?? '',
      firstBoot: NO_FIRST_BOOT,
      diskGib: '',
      copy: 'thin',
      path: '',
      initrd: '',
      diskFormat: '',
      append: '',
      disks: [],
      preset: '',
      hardware: DEFAULT_HARDWARE,
      nics: [firstNic(offer, network)],
      autostart: false,
      start: true,
    },
    VmInput,
    toVmInput,
  );
  const { draft, set } = form;
  const vms = useVms();
  const command = useCommand((start: VmForm) =>
    create(start, clusters.find((c) => c.id === start.cluster)?.dataCenterId, (nics) => set('nics', nics, true)),
  );
  const errorOf = (field: string, key?: keyof VmForm) => form.errorOf(field, command.problem, key);
  const send = async (): Promise<void> => {
    if (!form.check()) return;
    const answer = await command.run(draft);
    if (answer !== null) onCreated(answer.vm.id);
  };
  const cluster = clusters.find((c) => c.id === draft.cluster);
  const fits = useDraftFits(draft);
  return (
    <Dialog
      title={text.create}
      submit={text.createIt}
      busy={command.busy}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      <TextField
        label={text.name}
        required
        autoFocus
        help={lookAlike(draft.name, vms.values())}
        {...form.field('name', command.problem)}
      />
      <BootFields draft={draft} set={set} errorOf={errorOf} />
      <DiskFields
        disks={draft.disks}
        next={diskFor(draft.preset)}
        onChange={(disks) => set('disks', disks)}
        errorOf={(index) => errorOf(`disks.${index}.sizeBytes`)}
        without={withoutDisk(draft)}
      />
      <NicFields
        nics={draft.nics}
        onChange={(nics) => set('nics', nics)}
        networks={networks.filter((n) => cluster === undefined || n.dataCenterId === cluster.dataCenterId)}
        errorOf={(index) =>
          errorOf(`newNetworks.${draft.nics.slice(0, index).filter((nic) => nic.kind === 'new').length}`)
        }
      />
      {draft.boot === 'image' ? (
        <FirstBootFields draft={draft} onChange={(v) => set('firstBoot', v)} errorOf={errorOf} />
      ) : null}
      <div className="field-row">
        <TextField
          label={text.memoryMib}
          type="number"
          {...form.field('memory', command.problem, 'memoryMiB')}
          help={text.memoryMeans}
        />
        <TextField label={text.cpus} type="number" {...form.field('cpus', command.problem)} />
      </div>
      <HardwareFold
        isFixed={draft.boot === 'tiny'}
        preset={draft.preset}
        onPreset={(preset) => form.change(withPreset(draft, preset))}
        hardware={draft.hardware}
        hasBootDisk={draft.boot !== 'network' && hasBootDisk({ kind: draft.boot })}
        onChange={(hardware) => set('hardware', hardware)}
        errorOf={errorOf}
      />
      <div className="field-row">
        <ChoiceField
          label={text.cluster}
          {...form.field('cluster', command.problem)}
          choices={clusters.map((c) => ({ value: c.id, label: c.name }))}
        />
        <ChoiceField
          label={text.host}
          value={draft.host}
          onChange={(v) => set('host', v)}
          help={hostHelp(fits, draft.host)}
          choices={[
            { value: '', label: shared.byItself },
            ...(fits ?? []).map(({ hostId, host, can, why }) => ({
              value: hostId,
              label: can ? host : text.hostNot(host, whyText(why)),
              disabled: !can,
            })),
          ]}
          error={errorOf('host')}
        />
      </div>
      <Checkbox
        id="autostart"
        label={text.autostart}
        description={text.autostartMeans}
        isChecked={draft.autostart}
        onChange={(_, on) => set('autostart', on)}
      />
      <Checkbox id="start" label={text.startAtOnce} isChecked={draft.start} onChange={(_, v) => set('start', v)} />
      <ErrorAlert problem={form.standing(command.problem)} />
    </Dialog>
  );
}

/** What a VM without a disk of its own boots; null: it has one from its boot source, or needs none. */
const withoutDisk = ({ boot }: VmForm): string | null =>
  boot === 'network' ? text.withoutDisk.network : boot === 'devices' ? text.withoutDisk.devices : null;

/** The hosts that can run the VM as entered, and why others can't. */
function useDraftFits({ cluster, nics, memory, cpus: entered }: VmForm) {
  const networks = nics.flatMap((nic) => (nic.kind === 'network' ? [nic.id] : []));
  const memoryMiB = memory === '' ? undefined : SizeInputs.memoryMiB.safeParse(Number(memory)).data;
  const cpus = SizeInputs.cpus.safeParse(Number(entered)).data;
  return useQuery({
    queryKey: ['placement', 'draft', cluster, networks.join(' '), memoryMiB, cpus] as const,
    queryFn: () => client.vms.placement({ cluster, networks, memoryMiB, cpus }),
    gcTime: 0,
    retry: false,
    placeholderData: (before) => before,
  }).data;
}

/** A message about the choice: the host that would be used, or the problem with the chosen one. */
function hostHelp(fits: readonly HostFit[] | undefined, host: string): string {
  const fit = fits?.find((each) => (host === '' ? each.chosen : each.hostId === host));
  if (fit === undefined) return fits === undefined ? '' : shared.noHostNow;
  return host === '' ? shared.wouldBe(fit.host, whyText(fit.why)) : (whyText(fit.why) ?? '');
}

/** Maps an error to the name field of the first new network: earlier ones were created and are in the form as networks. */
function refuseNetwork(error: unknown): never {
  const { code, message, remedy, field } = toProblem(error);
  throw new AppError(code, message, {
    field: field === 'name' ? 'newNetworks.0' : (field ?? undefined),
    remedy,
  });
}

/** Creates the new networks, then the VM. Created networks stay if the VM is refused: `keep` puts them into the form for the next try. */
async function create(form: VmForm, dataCenter: string | undefined, keep: (nics: VmForm['nics']) => void) {
  const nics = [...form.nics];
  for (const [index, nic] of nics.entries()) {
    if (nic.kind !== 'new') continue;
    const made = await client.networks
      .add({ name: nic.name, isIsolated: true, dataCenter, clusters: [form.cluster] })
      .catch(refuseNetwork);
    nics[index] = { kind: 'network', id: made.network.id };
    keep(nics);
  }
  return client.vms.add({
    name: form.name,
    cluster: form.cluster,
    host: form.host === '' ? undefined : form.host,
    boot: bootOf(form),
    cdroms: cdromsOf(form),
    disks: form.disks.map(toDisk),
    hardware: hardwareOf(form),
    memoryMiB: form.memory === '' ? undefined : Number(form.memory),
    cpus: Number(form.cpus),
    vnics: nics.map((nic) => ({ network: nic.kind === 'network' ? nic.id : null })),
    autostart: form.autostart,
    start: form.start,
  });
}
