import type { LabFileNetwork } from '../../contract';
import { activeHostsOf } from '../networks/attaching';
import type { NetworkRow } from '../ports/store';
import { stretchNetwork, unstretchNetwork } from '../stretch/updating';
import type { Applying } from './applying';

/** Which hosts exchange a network: after the hosts of the file. */
export function applyStretches(applying: Applying): void {
  const { scope, parsed, dataCenterId } = applying;
  const known = new Map(scope.tx.networks.ofDataCenter(dataCenterId).map((row) => [row.name, row]));
  for (const [i, { name, stretch }] of parsed.file.networks.entries()) {
    const network = known.get(name);
    if (network && stretch !== undefined)
      applying.at(['networks', i, 'stretch'], () => apply(applying, network, stretch));
  }
}

function apply(applying: Applying, network: NetworkRow, stretch: LabFileNetwork['stretch'] & (object | null)): void {
  const { scope } = applying;
  if (stretch === null && network.stretch === null) return;
  const { lines } =
    stretch === null
      ? unstretchNetwork(scope, { network: network.id })
      : stretchNetwork(scope, { network: network.id, ...stretch }, { unseen: true });
  if (lines.every(({ type }) => type === 'preview.nothing')) return;
  applying.add(...lines);
  applying.touch(activeHostsOf(scope.tx, network.id));
}
