import type { Vm } from '../../contract';
import type { Outcome, Scope } from '../core/scope';
import type { VmRow } from '../ports/store';
import { namesakes } from './add-vm';
import { presentVm } from './present';
import { ruleDefinitionIsOurs, ruleO5VmNameIsUnique, ruleVmStateAllows } from './rules';

interface Input {
  readonly vm: string;
  readonly name?: string | undefined;
  readonly comment?: string | undefined;
  readonly memoryMiB?: number | undefined;
  readonly cpus?: number | undefined;
}

/** `vms.update`. The definition on the host follows at the next start; a comment is only ours and changes at any time. */
export function updateHandler(scope: Scope, input: Input): Outcome<{ vm: Vm }> {
  const { tx } = scope;
  const vm = scope.refs.vm(input.vm);
  const { name = vm.name, comment = vm.comment, memoryMiB = vm.memoryMiB, cpus = vm.cpus } = input;
  const patch = { name, comment, memoryMiB, cpus };
  const words = changedWords(vm, patch);
  if (memoryMiB !== vm.memoryMiB || cpus !== vm.cpus) ruleDefinitionIsOurs(vm);
  if (name !== vm.name || memoryMiB !== vm.memoryMiB || cpus !== vm.cpus) ruleVmStateAllows(vm, 'update');
  ruleO5VmNameIsUnique(name, namesakes(scope, name, vm.dataCenterId), vm.id);
  if (words.length > 0) {
    tx.vms.update(vm.id, patch);
    const was = { name: vm.name, comment: vm.comment, memoryMiB: vm.memoryMiB, cpus: vm.cpus };
    const undo = {
      words: name === vm.name ? `change the VM ${name}` : `rename the VM ${vm.name} to ${name}`,
      change: { kind: 'vm.updated', vmId: vm.id, was, now: patch },
    } as const;
    scope.emit('vm.updated', 'normal', `VM ${name}: ${words.join(', ')}`, { vmId: vm.id }, undo);
  }
  return { output: { vm: presentVm(tx, { ...vm, ...patch }) }, words: words.map((word) => `VM "${vm.name}": ${word}`) };
}

function changedWords(vm: VmRow, patch: Pick<VmRow, 'name' | 'comment' | 'memoryMiB' | 'cpus'>): string[] {
  const words: string[] = [];
  if (patch.name !== vm.name) words.push(`name from "${vm.name}" to "${patch.name}"`);
  if (patch.comment !== vm.comment) words.push('comment');
  if (patch.memoryMiB !== vm.memoryMiB) words.push(`memory from ${vm.memoryMiB} to ${patch.memoryMiB} MiB`);
  if (patch.cpus !== vm.cpus) words.push(`CPUs from ${vm.cpus} to ${patch.cpus}`);
  return words;
}
