import type { Look } from '../../../ui/palette';
import { lookClass } from '../../../ui/swatch';
import type { SplitLine, Layout } from '../layout/boxes';
import { holds } from '../layout/hit';
import { text } from '../text';

interface SplitLinesProps {
  readonly layout: Layout;
  readonly gaps: readonly SplitLine[];
  readonly looks: ReadonlyMap<string, Look>;
}

/** Dotted lines below the islands: the same network, but not connected. */
export function SplitLines({ layout, gaps, looks }: SplitLinesProps) {
  const beside = (gap: SplitLine): boolean => !layout.panels.some((panel) => holds(panel, gap.x, gap.y + 10));
  return (
    <>
      <svg className="split-lines" width={layout.width} height={layout.height} aria-hidden="true">
        {gaps.map((gap) => (
          <path key={gap.key} d={gap.path} className={`split-line ${lookClass(looks.get(gap.networkId))}`} />
        ))}
      </svg>
      {gaps.map((gap) => (
        <span
          key={gap.key}
          className={`split-label${beside(gap) ? ' split-label-beside' : ''}`}
          style={{ left: gap.x, top: gap.y }}
        >
          {text.notConnected}
        </span>
      ))}
    </>
  );
}
