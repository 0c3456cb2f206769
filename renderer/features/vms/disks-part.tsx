import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import {
  BOOT_DISK,
  type Disk,
  DiskBus,
  DiskFormat,
  type DiskUse,
  type Vm,
  diskSize,
  whyNotHot,
} from '../../../contract';
import { CommandDialog } from '../../actions/command-dialog';
import { Confirm } from '../../actions/confirm';
import { PathField } from '../../actions/path-field';
import { text as shared } from '../../actions/text';
import { useAsked } from '../../actions/use-asked';
import { whyNotVm } from '../../actions/why';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { sizeOf } from '../../ui/bytes';
import { ChoiceField, TextField } from '../../ui/fields';
import { useFormState } from '../../ui/form-state';
import { MoreMenu } from '../../ui/menu';
import { Section } from '../../ui/page';
import { DiskInput, INSTALL_DISK, SizeInput, toDisk, toGib } from './disk-draft';
import { DiskKindFields, DiskSizeFields } from './disk-fields';
import { text } from './text';
import { z } from 'zod';

/** The VM's disks: the one that it boots an image or a file from, and those besides it. */
export function DisksPart({ vm }: { vm: Vm }) {
  const [adding, setAdding] = useAsked('disk');
  const usage = useUsage(vm);
  if (vm.boot.kind === 'imported') return null;
  const useOf = (id: string | null): DiskUse | undefined => usage?.disks.find((use) => use.id === id);
  const boot = useOf(null);
  return (
    <Section
      title={text.disksCount(vm.disks.length + (boot === undefined ? 0 : 1))}
      tools={
        <ActionButton variant="secondary" size="sm" why={whyNotVm(vm, 'editDisks')} onClick={() => setAdding(true)}>
          {shared.ask(text.addDisk)}
        </ActionButton>
      }
    >
      {vm.disks.length === 0 && boot === undefined ? <p className="soft">{text.noDisks}</p> : null}
      <ul className="rows">
        {boot === undefined ? null : <BootDiskRow vm={vm} use={boot} />}
        {vm.disks.map((disk) => (
          <DiskRow key={disk.id} vm={vm} disk={disk} use={useOf(disk.id)} />
        ))}
      </ul>
      {usage === undefined || usage.roomBytes === null ? null : (
        <p className="soft">{text.diskRoom(sizeOf(usage.roomBytes))}</p>
      )}
      {adding ? <AddDisk vm={vm} onClose={() => setAdding(false)} /> : null}
    </Section>
  );
}

/** Read again when a disk or the VM's state changes; a host that does not answer leaves it out. */
function useUsage(vm: Vm) {
  const sizes = vm.disks.map(({ id, sizeBytes, path }) => `${id} ${sizeBytes} ${path ?? ''}`).join();
  return useQuery({
    queryKey: ['disks', vm.id, vm.state, vm.hostId, sizes, vm.boot] as const,
    queryFn: () => client.disks.usage({ vm: vm.id }),
    enabled: vm.hostId !== null && vm.boot.kind !== 'imported',
    gcTime: 0,
    retry: false,
    placeholderData: (before) => before,
  }).data;
}

function DiskFacts({ name, facts, path }: { name: string; facts: readonly string[]; path: string | null }) {
  return (
    <span className="grow">
      <strong>{name}</strong> · {facts.join(', ')}
      <small className="block soft mono">{path ?? text.diskAtStart}</small>
    </span>
  );
}

/** The disk of an image, or a file in place, whose size is its owner's to change. */
function BootDiskRow({ vm, use }: { vm: Vm; use: DiskUse }) {
  const [growing, setGrowing] = useState(false);
  const disk = { id: BOOT_DISK, sizeBytes: use.virtualBytes };
  return (
    <li>
      <DiskFacts name={text.bootDisk} facts={[diskSize(use.virtualBytes), use.format]} path={use.path} />
      <span className="soft">{text.diskUsed(sizeOf(use.usedBytes))}</span>
      {vm.boot.kind === 'image' ? (
        <ActionButton variant="secondary" size="sm" why={whyNotVm(vm, 'growDisk')} onClick={() => setGrowing(true)}>
          {shared.ask(text.growDisk)}
        </ActionButton>
      ) : null}
      {growing ? <GrowDisk vm={vm} disk={disk} name={text.bootDisk} onClose={() => setGrowing(false)} /> : null}
    </li>
  );
}

function DiskRow({ vm, disk, use }: { vm: Vm; disk: Disk; use: DiskUse | undefined }) {
  const [asking, setAsking] = useState<'grow' | 'move' | 'remove' | null>(null);
  const why = whyNotVm(vm, 'editDisks') ?? whyNotHot(vm.state, disk.bus);
  const facts = [
    diskSize(disk.sizeBytes),
    disk.bus,
    disk.format,
    ...(disk.readOnly ? [text.diskReadOnly] : []),
    ...(disk.discard ? [text.diskDiscard] : []),
  ];
  return (
    <li>
      <DiskFacts name={disk.name} facts={facts} path={disk.path} />
      {use === undefined ? null : <span className="soft">{text.diskUsed(sizeOf(use.usedBytes))}</span>}
      <ActionButton variant="secondary" size="sm" why={whyNotVm(vm, 'growDisk')} onClick={() => setAsking('grow')}>
        {shared.ask(text.growDisk)}
      </ActionButton>
      <MoreMenu
        label={shared.moreActions(disk.name)}
        entries={[
          { id: 'move', label: shared.ask(text.moveDisk), why, onChoose: () => setAsking('move') },
          { id: 'remove', label: shared.ask(shared.remove), why, danger: true, onChoose: () => setAsking('remove') },
        ]}
      />
      {asking === 'grow' ? <GrowDisk vm={vm} disk={disk} name={disk.name} onClose={() => setAsking(null)} /> : null}
      {asking === 'move' ? <MoveDisk vm={vm} disk={disk} onClose={() => setAsking(null)} /> : null}
      {asking === 'remove' ? (
        <Confirm
          title={text.removeDiskTitle(disk.name, vm.name)}
          words={text.removeDisk}
          submit={shared.remove}
          danger
          call={(dryRun) => client.disks.remove({ vm: vm.id, disk: disk.id, dryRun })}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </li>
  );
}

/** VMs that can have the disk: of the same host, or of none yet. */
const canHave = (vm: Vm, other: Vm): boolean =>
  other.id !== vm.id &&
  other.boot.kind !== 'imported' &&
  (other.hostId === null ? other.clusterId === vm.clusterId : vm.hostId === null || other.hostId === vm.hostId);

function MoveDisk({ vm, disk, onClose }: { vm: Vm; disk: Disk; onClose: () => void }) {
  const others = (useQuery(queries.vms()).data ?? []).filter((other) => canHave(vm, other));
  const form = useFormState({ to: '' }, z.object({}));
  const to = others.find(({ id }) => id === form.draft.to);
  const command = useCommand(() => client.disks.move({ vm: vm.id, disk: disk.id, to: form.draft.to }));
  return (
    <CommandDialog
      title={text.moveDiskTitle(disk.name)}
      description={text.moveDiskMeans}
      submit={text.moveDisk}
      size="small"
      command={command}
      form={form}
      why={
        others.length === 0 ? text.moveDiskNowhere : to === undefined ? text.moveDiskChoose : whyNotVm(to, 'editDisks')
      }
      onClose={onClose}
    >
      <ChoiceField
        label={text.moveDiskTo}
        {...form.field('to', command.problem)}
        choices={[
          { value: '', label: text.moveDiskChoose },
          ...others.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </CommandDialog>
  );
}

const FromFile = z.object({ path: z.string().min(1, text.diskPathMissing), bus: DiskBus, format: DiskFormat });

/** An empty disk, or one with the content of a file. */
function AddDisk({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const [content, setContent] = useState<'empty' | 'file'>('empty');
  const Form = content === 'empty' ? AddEmptyDisk : ImportDisk;
  return (
    <Form
      vm={vm}
      onClose={onClose}
      choice={
        <ChoiceField
          label={text.diskContent}
          value={content}
          onChange={(value) => setContent(value === 'file' ? 'file' : 'empty')}
          choices={[
            { value: 'empty', label: text.diskEmpty },
            { value: 'file', label: text.diskFromFile, disabled: vm.hostId === null },
          ]}
          {...(vm.hostId === null ? { help: text.diskNeedsHost } : {})}
        />
      }
    />
  );
}

interface Adding {
  readonly vm: Vm;
  readonly choice: ReactNode;
  readonly onClose: () => void;
}

function AddEmptyDisk({ vm, choice, onClose }: Adding) {
  const form = useFormState({ disk: INSTALL_DISK }, DiskInput, ({ disk }) => toDisk(disk));
  const command = useCommand(() => client.disks.add({ vm: vm.id, ...toDisk(form.draft.disk) }));
  return (
    <CommandDialog
      title={text.addDiskTitle(vm.name)}
      submit={text.addDisk}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      {choice}
      <DiskSizeFields
        disk={form.draft.disk}
        label={text.diskGib}
        autoFocus
        onChange={(disk) => form.set('disk', disk)}
        error={form.errorOf('sizeBytes', command.problem)}
      />
    </CommandDialog>
  );
}

function ImportDisk({ vm, choice, onClose }: Adding) {
  const form = useFormState({ path: '', disk: INSTALL_DISK }, FromFile, ({ path, disk: { bus, format } }) => ({
    ...{ path, bus, format },
  }));
  const { path, disk } = form.draft;
  const command = useCommand(() => client.disks.import({ vm: vm.id, path, bus: disk.bus, format: disk.format }));
  return (
    <CommandDialog
      title={text.addDiskTitle(vm.name)}
      submit={text.addDisk}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      {choice}
      <PathField
        label={text.diskFile}
        required
        autoFocus
        request={{ use: 'image' }}
        help={text.diskFileMeans}
        {...form.field('path', command.problem)}
      />
      <DiskKindFields disk={disk} onChange={(changed) => form.set('disk', changed)} />
    </CommandDialog>
  );
}

const Growth = z.object({ sizeBytes: SizeInput });

interface Growing {
  readonly vm: Vm;
  readonly disk: { readonly id: string; readonly sizeBytes: number };
  readonly name: string;
  readonly onClose: () => void;
}

function GrowDisk({ vm, disk, name, onClose }: Growing) {
  const bytesOf = (gib: string): number => toDisk({ ...INSTALL_DISK, gib }).sizeBytes;
  const form = useFormState({ gib: toGib(disk.sizeBytes) }, Growth, ({ gib }) => ({ sizeBytes: bytesOf(gib) }));
  const command = useCommand(() =>
    client.disks.resize({ vm: vm.id, disk: disk.id, sizeBytes: bytesOf(form.draft.gib) }),
  );
  return (
    <CommandDialog
      title={text.growDiskTitle(name, vm.name)}
      description={text.growDiskMeans}
      submit={text.growDisk}
      size="small"
      command={command}
      form={form}
      onClose={onClose}
    >
      <TextField
        label={text.diskGib}
        type="number"
        required
        autoFocus
        value={form.draft.gib}
        onChange={(gib) => form.set('gib', gib)}
        error={form.errorOf('sizeBytes', command.problem)}
      />
    </CommandDialog>
  );
}
