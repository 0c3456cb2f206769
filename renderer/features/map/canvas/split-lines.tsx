import type { Look } from '../../../ui/palette';
import { lookClass } from '../../../ui/swatch';
import type { SplitLine, Layout } from '../layout/boxes';
import { text } from '../text';

interface SplitLinesProps {
  readonly layout: Layout;
  readonly gaps: readonly SplitLine[];
  readonly looks: ReadonlyMap<string, Look>;
}

/** Dotted lines below the islands: the same network, but not connected. */
export function SplitLines({ layout, gaps, looks }: SplitLinesProps) {
  return (
    <>
      <svg className="split-lines" width={layout.width} height={layout.height} aria-hidden="true">
        {gaps.map((gap) => (
          <path key={gap.key} d={gap.path} className={`split-line ${lookClass(looks.get(gap.networkId))}`} />
        ))}
      </svg>
      {gaps.map(({ key, label }) =>
        label === null ? null : (
          <span
            key={key}
            className={`split-label${label.inTwoLines ? ' split-label-beside' : ''}`}
            style={{ left: label.x, top: label.y, width: label.w, height: label.h }}
          >
            <span className="split-label-full">{text.notConnected}</span>
            <span className="split-label-short">{text.notConnectedShort}</span>
          </span>
        ),
      )}
    </>
  );
}
