import { Link } from '@tanstack/react-router';
import { PROMISE_FEEL } from '../../../ui/tone';
import type { Layout } from '../layout/boxes';
import type { Fence } from '../layout/fences';
import { FENCE_SIGNS, SIGN_LINE } from '../painting/fence-signs';
import { text } from '../text';
import './fences.css';

/** Promises between what they concern: quiet while they are kept. A sign highlights its promise, and the path that breaks it. */
export function Fences({ fences, layout }: { readonly fences: readonly Fence[]; readonly layout: Layout }) {
  if (fences.length === 0) return null;
  return (
    <>
      <svg className="fences" width={layout.width} height={layout.height} aria-hidden="true">
        {fences.map(({ promiseId, path, look, state }) =>
          path === null ? null : (
            <path key={promiseId} d={path} className={`fence-line fence-${look} fence-${state}`} />
          ),
        )}
      </svg>
      {fences.map(({ promiseId, sentence, look, state, sign: { x, y, w, h } }) => {
        const words = text.promiseIs(sentence, PROMISE_FEEL[state].words);
        return (
          <Link
            key={promiseId}
            to="/"
            search={(old) => ({ ...old, at: undefined, promise: promiseId })}
            className={`fence-sign fence-${state}`}
            style={{ left: x + w / 2, top: y + h / 2 }}
            tabIndex={-1}
            title={words}
            aria-label={words}
            draggable={false}
          >
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <path d={FENCE_SIGNS[look]} strokeWidth={SIGN_LINE} />
            </svg>
          </Link>
        );
      })}
    </>
  );
}
