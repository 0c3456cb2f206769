import { useContext } from 'react';
import { MARKS, type MarkPart, SEAL_MARKS } from './marks';
import type { Feel, Tone } from './tone';
import { HintView, HintWords } from './error-alert';

/** A state's mark: each tone has its own shape beside its colour. */
export const Dot = (props: MarkProps) => <Mark {...props} marks={MARKS} />;

/** The mark of a verdict on isolation. */
export const SealMark = (props: MarkProps) => <Mark {...props} marks={SEAL_MARKS} />;

interface MarkProps {
  readonly tone: Tone;
  readonly label?: string;
}

function Mark({ tone, label, marks }: MarkProps & { marks: Record<Tone, readonly MarkPart[]> }) {
  return (
    <svg
      className={`dot dot-${tone}`}
      viewBox="0 0 12 12"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      {marks[tone].map(({ d, line }) => (
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

/** A state in a table or a head: mark and words, with the reason beneath where there is one. */
export function State({ feel, reason }: { feel: Feel; reason?: string | null }) {
  const Hint = useContext(HintView);
  const words = useContext(HintWords)();
  return (
    <span className="state">
      <Dot tone={feel.tone} />
      <span>
        {feel.words}
        {reason === null || reason === undefined ? null : (
          <small className="soft block" title={words(reason)}>
            <Hint hint={reason} placesOnly />
          </small>
        )}
      </span>
    </span>
  );
}
