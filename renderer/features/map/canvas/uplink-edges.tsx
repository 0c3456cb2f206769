import { lookClass } from '../../../ui/swatch';
import type { Layout } from '../layout/boxes';
import type { Drawn } from './drawn';

/** The edges from the outside strip to the networks with a NIC: all uplinks. */
export function UplinkEdges({ layout, drawn: { looks, highlight } }: { layout: Layout; drawn: Drawn }) {
  return (
    <svg className="edges" width={layout.width} height={layout.height} aria-hidden="true">
      {layout.uplinkEdges.map(({ islandId, networkId, path }) => (
        <path
          key={islandId}
          d={path}
          className={`edge ${lookClass(looks.get(networkId))}${highlight?.islands.has(islandId) !== true ? '' : highlight.possible.has(islandId) ? ' possible' : ' highlighted'}`}
        />
      ))}
    </svg>
  );
}
