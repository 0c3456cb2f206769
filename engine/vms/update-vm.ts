import { type HardwareDraft, type Vm, type VmChange, say } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { VmRow } from '../ports/store';
import { namesakes } from './add-vm';
import { withBootOrder } from './boot-order';
import { assertSizeFits } from './choose-host';
import { assertHardwareFits, hardwareChanges, withDraft } from './hardware';
import { presentVm } from './present';
import { assertDefinitionOwned, ruleO5VmNameIsUnique, assertVmStateAllows } from './rules';

interface Input {
  readonly vm: string;
  readonly name?: string | undefined;
  readonly comment?: string | undefined;
  readonly memoryMiB?: number | undefined;
  readonly cpus?: number | undefined;
  readonly autostart?: boolean | undefined;
  readonly hardware?: HardwareDraft | undefined;
}

type Fields = Pick<VmRow, 'name' | 'comment' | 'memoryMiB' | 'cpus' | 'autostart' | 'hardware'>;

/** `vms.update`. The definition on the host follows at the next start; comment and autostart are only ours and can always be changed. */
export function updateHandler(scope: Scope, input: Input): Outcome<{ vm: Vm }> {
  const { tx } = scope;
  const vm = scope.refs.vm(input.vm);
  const { name = vm.name, comment = vm.comment, memoryMiB = vm.memoryMiB, cpus = vm.cpus } = input;
  const { autostart = vm.autostart } = input;
  const hardware = withDraft(vm.hardware, withBootOrder(tx, vm, input.hardware ?? {}));
  const patch: Fields = { name, comment, memoryMiB, cpus, autostart, hardware };
  const changes = changesOf(vm, patch);
  if (memoryMiB !== vm.memoryMiB || cpus !== vm.cpus) assertDefinitionOwned(vm);
  if (name !== vm.name || memoryMiB !== vm.memoryMiB || cpus !== vm.cpus) assertVmStateAllows(vm, 'update');
  for (const size of ['memoryMiB', 'cpus'] as const)
    if (patch[size] > vm[size]) assertSizeFits(tx, { ...vm, ...patch }, size);
  const hardwareChanged = hardwareChanges(vm.hardware, hardware);
  if (hardwareChanged.length > 0) {
    assertVmStateAllows(vm, 'editHardware');
    assertHardwareFits(vm.boot, hardware);
  }
  ruleO5VmNameIsUnique(name, namesakes(scope, name, vm.dataCenterId), vm.id);
  if (changes.length > 0) {
    tx.vms.update(vm.id, patch);
    const was = fieldsOf(vm);
    const undo = {
      words:
        name === vm.name ? say('undo.vm.updated', { vm: name }) : say('undo.vm.renamed', { was: vm.name, now: name }),
      change: { kind: 'vm.updated', vmId: vm.id, was, now: patch },
    } as const;
    scope.emit('vm.updated', 'normal', say('vm.updated', { vm: name, changes }), { vmId: vm.id }, undo);
  }
  return {
    output: { vm: presentVm(tx, { ...vm, ...patch }) },
    lines: changes.map((change) => say('preview.vm.update', { vm: vm.name, change })),
  };
}

const fieldsOf = ({ name, comment, memoryMiB, cpus, autostart, hardware }: VmRow): Fields => ({
  ...{ name, comment, memoryMiB, cpus, autostart, hardware },
});

function changesOf(vm: VmRow, patch: Fields): VmChange[] {
  const changes: VmChange[] = [];
  if (patch.name !== vm.name) changes.push({ what: 'name', was: vm.name, now: patch.name });
  if (patch.comment !== vm.comment) changes.push({ what: 'comment' });
  if (patch.memoryMiB !== vm.memoryMiB) changes.push({ what: 'memoryMiB', was: vm.memoryMiB, now: patch.memoryMiB });
  if (patch.cpus !== vm.cpus) changes.push({ what: 'cpus', was: vm.cpus, now: patch.cpus });
  if (patch.autostart !== vm.autostart) changes.push({ what: 'autostart', now: patch.autostart });
  return [...changes, ...hardwareChanges(vm.hardware, patch.hardware)];
}
