import type { Look } from '../../../ui/palette';
import { lookClass } from '../../../ui/swatch';
import type { SplitLine, Layout } from '../layout/boxes';
import type { Model } from '../model';
import { jointOf, jointShort, jointText } from '../tunnel-text';

interface SplitLinesProps {
  readonly model: Model;
  readonly layout: Layout;
  readonly gaps: readonly SplitLine[];
  readonly looks: ReadonlyMap<string, Look>;
}

/** Lines below the islands: dotted for the same network that is not connected, solid for a tunnel that is. */
export function SplitLines({ model, layout, gaps, looks }: SplitLinesProps) {
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
      {gaps.map((gap) =>
        gap.label === null ? null : (
          <span
            key={gap.key}
            className={`split-label${stateClass(gap)}${gap.label.inTwoLines ? ' split-label-beside' : ''}`}
            style={{ left: gap.label.x, top: gap.label.y, width: gap.label.w, height: gap.label.h }}
          >
            <span className="split-label-full">{jointText(jointOf(model, gap))}</span>
            <span className="split-label-short">{jointShort(jointOf(model, gap))}</span>
          </span>
        ),
      )}
    </>
  );
}
