import type { Look } from '../../../ui/palette';
import { lookClass } from '../../../ui/swatch';
import type { Gap, Layout } from '../layout/boxes';
import { holds } from '../layout/hit';
import { text } from '../text';

interface GapsProps {
  readonly layout: Layout;
  readonly gaps: readonly Gap[];
  readonly looks: ReadonlyMap<string, Look>;
}

/** Dotted lines below the islands: the same network, but not connected. */
export function Gaps({ layout, gaps, looks }: GapsProps) {
  const beside = (gap: Gap): boolean => !layout.panels.some((panel) => holds(panel, gap.x, gap.y + 10));
  return (
    <>
      <svg className="gaps" width={layout.width} height={layout.height} aria-hidden="true">
        {gaps.map((gap) => (
          <path key={gap.key} d={gap.path} className={`gap ${lookClass(looks.get(gap.networkId))}`} />
        ))}
      </svg>
      {gaps.map((gap) => (
        <span
          key={gap.key}
          className={`gap-words${beside(gap) ? ' gap-words-beside' : ''}`}
          style={{ left: gap.x, top: gap.y }}
        >
          {text.notConnected}
        </span>
      ))}
    </>
  );
}
