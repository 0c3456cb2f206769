import { useContext } from 'react';
import { MARKS, type MarkPart, sealMark } from './marks';
import type { Feel, Tone } from './tone';
import type { Remedy } from '../../contract';
import { remedyText } from '../../english/remedies';
import { RemedyViewContext } from './error-alert';

/** A state icon: each tone has its own shape besides its color. */
export const Dot = (props: MarkProps) => <Mark {...props} parts={MARKS[props.tone]} />;

/** The icon of an isolation verdict; `isPartial`: not all of its points were checked. */
export const SealMark = ({ isPartial = false, ...props }: MarkProps & { readonly isPartial?: boolean }) => (
  <Mark {...props} parts={sealMark(props.tone, isPartial)} />
);

interface MarkProps {
  readonly tone: Tone;
  readonly label?: string;
}

function Mark({ tone, label, parts }: MarkProps & { parts: readonly MarkPart[] }) {
  return (
    <svg
      className={`dot dot-${tone}`}
      viewBox="0 0 12 12"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      {parts.map(({ d, line }) => (
        <path
          key={d}
          d={d}
          {...(line === null
            ? {}
            : { fill: 'none', stroke: 'currentColor', strokeWidth: line, strokeLinecap: 'round' })}
        />
      ))}
    </svg>
  );
}

/** A state in a table or header: icon and text, with the reason below if there is one. */
export function State({
  feel,
  reason,
  remedy = null,
}: {
  feel: Feel;
  reason?: string | null;
  /** What to do about it. */
  remedy?: Remedy | null;
}) {
  const View = useContext(RemedyViewContext);
  return (
    <span className="state">
      <Dot tone={feel.tone} />
      <span>
        {feel.words}
        {reason === null || reason === undefined ? null : (
          <small className="soft block" title={remedy === null ? reason : `${reason}. ${remedyText(remedy)}`}>
            {reason}
            {remedy === null ? null : (
              <>
                . <View remedy={remedy} placesOnly />
              </>
            )}
          </small>
        )}
      </span>
    </span>
  );
}
