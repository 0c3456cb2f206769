import type { Look } from '../../../ui/palette';
import { lookClass } from '../../../ui/swatch';
import type { SplitLine, Layout } from '../layout/boxes';
import { holds } from '../layout/hit';
import type { Model } from '../model';
import { jointOf, jointText } from '../tunnel-text';

interface SplitLinesProps {
  readonly model: Model;
  readonly layout: Layout;
  readonly gaps: readonly SplitLine[];
  readonly looks: ReadonlyMap<string, Look>;
}

/** Lines below the islands: dotted for the same network that is not connected, solid for a tunnel that is. */
export function SplitLines({ model, layout, gaps, looks }: SplitLinesProps) {
  const beside = (gap: SplitLine): boolean => !layout.panels.some((panel) => holds(panel, gap.x, gap.y + 10));
  const stateClass = (gap: SplitLine): string => {
    const joint = jointOf(model, gap);
    return joint === undefined ? '' : ` tunnel-${joint.state}`;
  };
  return (
    <>
      <svg className="split-lines" width={layout.width} height={layout.height} aria-hidden="true">
        {gaps.map((gap) => (
          <path
            key={gap.key}
            d={gap.path}
            className={`split-line${stateClass(gap)} ${lookClass(looks.get(gap.networkId))}`}
          />
        ))}
      </svg>
      {gaps.map((gap) => (
        <span
          key={gap.key}
          className={`split-label${stateClass(gap)}${beside(gap) ? ' split-label-beside' : ''}`}
          style={{ left: gap.x, top: gap.y }}
        >
          {jointText(jointOf(model, gap))}
        </span>
      ))}
    </>
  );
}
