import { type CommandOutput, type PreviewLine, say } from '../../contract';
import type { Core } from '../context';
import { describeError } from '../core/errors';
import type { CallContext } from '../core/ports';
import type { MoveChoice, VmPart } from '../ports/host-driver';
import type { VmRow } from '../ports/store';
import { choiceOf, inspectParts } from './definition-parts';
import { assertChoicesMatchParts } from './move-rules';
import { planTogether } from './plan-together';

/** A host that does not answer in this time is named, and the preview omits its parts. */
const INSPECT_MS = 20_000;

/** A VM that a command would move. `choice`: a user's choice on parts of its definition; null: the command does not ask. */
interface MovedVm {
  readonly vm: VmRow;
  readonly choice: MoveChoice | null;
}

/** The VM of `vms.move`, if its disks would move to another host. */
export function movedAlone(core: Core, input: { readonly vm: string; readonly host: string } & MoveChoice): MovedVm[] {
  const vm = core.refs.vm(input.vm);
  if (vm.hostId === null || vm.hostId === core.refs.host(input.host).id) return [];
  return [{ vm, choice: { carry: input.carry, leave: input.leave } }];
}

/** The VMs that `networks.placeTogether` would move. */
export function movedTogether(
  { store, refs }: Core,
  input: { readonly network: string; readonly host?: string | undefined; readonly stopVms: boolean },
): MovedVm[] {
  const host = input.host === undefined ? undefined : refs.host(input.host);
  const together = planTogether(store, refs.network(input.network), host, input.stopVms);
  return (together?.gather ?? []).flatMap(({ vm, move }) => (move ? [{ vm, choice: null }] : []));
}

/**
 * The same command, whose dry run also lists the parts of the moved VMs' definitions. They are in no row: their hosts are asked.
 * @throws AppError of the dry run for a choice of an unknown part
 */
export function listingParts<Input extends { dryRun: boolean }, Output extends CommandOutput>(
  core: Core,
  command: (call: { input: Input; context: CallContext }) => Promise<Output>,
  movedBy: (input: Input) => MovedVm[],
): typeof command {
  return async (call) => {
    const output = await command(call);
    if (output.preview === null) return output;
    const lines = await Promise.all(movedBy(call.input).map((moved) => partLines(core, moved)));
    const summary = [...output.preview.summary, ...lines.flat()];
    return { ...output, preview: { ...output.preview, summary } };
  };
}

async function partLines(core: Core, { vm, choice }: MovedVm): Promise<PreviewLine[]> {
  let parts: VmPart[];
  try {
    parts = await inspectParts(core, vm, AbortSignal.timeout(INSPECT_MS));
  } catch (error) {
    return [say('preview.part.unreadable', { vm: vm.name, error: describeError(error).message })];
  }
  assertChoicesMatchParts(parts, choice ?? undefined);
  const { carry, leave } = choiceOf(core.store, vm.id, parts, choice ?? undefined);
  return parts.map(({ id, what, canCarry }) => {
    const part = { vm: vm.name, what, part: id };
    if (carry.includes(id)) return say('preview.part.carry', part);
    if (leave.includes(id)) return say('preview.part.leave', part);
    return say('preview.part.undecided', { ...part, canCarry, alone: choice === null });
  });
}
