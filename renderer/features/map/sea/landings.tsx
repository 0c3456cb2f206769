import { lookClass } from '../../../ui/swatch';
import type { Layout } from '../layout/boxes';
import type { Drawn } from './drawn';

/** The edges from the outside strip to the networks with a NIC: all uplinks. */
export function Landings({ layout, drawn: { looks, lit } }: { layout: Layout; drawn: Drawn }) {
  return (
    <svg className="wires" width={layout.width} height={layout.height} aria-hidden="true">
      {layout.landings.map(({ islandId, networkId, path }) => (
        <path
          key={islandId}
          d={path}
          className={`wire ${lookClass(looks.get(networkId))}${lit?.islands.has(islandId) !== true ? '' : lit.possible.has(islandId) ? ' possible' : ' lit'}`}
        />
      ))}
    </svg>
  );
}
