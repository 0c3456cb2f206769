import { AppError, type Network, type NetworkDraft, type PreviewLine, say } from '../../contract';
import { withoutUndo } from '../core/events';
import type { Scope } from '../core/scope';
import type { NetworkAdder } from '../networks/adding';
import type { HostRow, NetworkRow } from '../ports/store';
import { ruleS11StretchedIsIsolated } from './rules';
import { stretchNetwork } from './updating';

export interface AddedNetwork {
  readonly row: NetworkRow;
  /** The hosts to set up. */
  readonly hosts: readonly HostRow[];
  readonly lines: readonly PreviewLine[];
}

/** Adds a network as its draft says, with its members if it is stretched from the start (rule S11). */
export function addNetwork(scope: Scope, adder: NetworkAdder, draft: NetworkDraft): AddedNetwork {
  const stretch = draft.stretch ?? null;
  if (stretch !== null) ruleS11StretchedIsIsolated(draft, 'stretch');
  const { row, hosts } = adder.add(draft);
  if (stretch === null) return { row, hosts, lines: [addedLine(row)] };
  // Undoing the creation removes it, stretched or not.
  const quiet = { ...scope, emit: withoutUndo(scope.emit) };
  const { lines } = ofDraft(() => stretchNetwork(quiet, { network: row.id, ...stretch }));
  return { row: scope.tx.networks.get(row.id) ?? row, hosts, lines: [addedLine(row), ...lines] };
}

/** The same for several: those that are not stretched are attached together. */
export function addNetworks(scope: Scope, adder: NetworkAdder, drafts: readonly NetworkDraft[]): AddedNetwork[] {
  if (drafts.some(({ stretch = null }) => stretch !== null))
    return drafts.map((draft) => addNetwork(scope, adder, draft));
  return adder.addAll(drafts).map(({ row, hosts }) => ({ row, hosts, lines: [addedLine(row)] }));
}

const addedLine = ({ name, isIsolated, bridge }: Pick<Network, 'name' | 'isIsolated' | 'bridge'>): PreviewLine =>
  say('preview.network.add', { network: name, isIsolated, bridge });

/** Runs it; an error names the field as the draft of the network has it. */
function ofDraft<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof AppError) || error.field === undefined) throw error;
    const { code, message, remedy, rule, field } = error;
    throw new AppError(code, message, {
      ...{ remedy, field: `stretch.${field}`, cause: error },
      ...(rule === undefined ? {} : { rule }),
    });
  }
}
