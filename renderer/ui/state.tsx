import type { Feel, Tone } from './tone';

/** A state's mark: each tone has its own shape beside its colour (disc, ring, half, triangle, diamond, question). */
export function Dot({ tone, label }: { tone: Tone; label?: string }) {
  return (
    <svg
      className={`dot dot-${tone}`}
      viewBox="0 0 12 12"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      {SHAPES[tone]}
    </svg>
  );
}

const SHAPES: Record<Tone, React.ReactNode> = {
  ok: <circle cx="6" cy="6" r="5" />,
  busy: (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 1.8 A4.2 4.2 0 0 1 6 10.2 Z" />
    </>
  ),
  off: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  warn: <path d="M6 1 L11.4 10.8 H0.6 Z" />,
  bad: <path d="M6 0.4 L11.6 6 L6 11.6 L0.4 6 Z" />,
  unknown: (
    <path
      d="M3.4 4.2 a2.6 2.4 0 1 1 3.6 2.2 q-1 .5 -1 1.5 M6 10 v1"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
    />
  ),
};

/** A state in a table or a head: mark and words, with the reason beneath where there is one. */
export function State({ feel, reason }: { feel: Feel; reason?: string | null }) {
  return (
    <span className="state">
      <Dot tone={feel.tone} />
      <span>
        {feel.words}
        {reason === null || reason === undefined ? null : <small className="soft block">{reason}</small>}
      </span>
    </span>
  );
}
