import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { queries } from '../../../api/queries';
import { PROMISE_FEEL } from '../../../ui/tone';
import type { Layout } from '../layout/boxes';
import { type FenceLook, fencesOf } from '../layout/fences';
import type { Model } from '../model';
import { text } from '../text';
import './fences.css';

/** The signs, in a box of 12 by 12: pickets, the arch of a bridge, a shield. */
const SIGNS: Readonly<Record<FenceLook, string>> = {
  fence: 'M3 2.5V9.5M6 2.5V9.5M9 2.5V9.5M1.5 4.6H10.5M1.5 7.4H10.5',
  bridge: 'M1 5H11M1.5 9C3 5.4 9 5.4 10.5 9M4 5V6.8M8 5V6.8',
  mark: 'M6 1.5L10 3V6C10 8.4 8.3 9.9 6 10.7C3.7 9.9 2 8.4 2 6V3Z',
};

/** Promises between what they concern: quiet while they are kept. A sign highlights its promise, and the path that breaks it. */
export function Fences({ model, layout }: { readonly model: Model; readonly layout: Layout }) {
  const { data: promises } = useQuery(queries.promises());
  const { data: groups } = useQuery(queries.promiseGroups());
  const fences = useMemo(
    () => fencesOf(layout, model, promises ?? [], groups ?? []),
    [layout, model, promises, groups],
  );
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
              <path d={SIGNS[look]} />
            </svg>
          </Link>
        );
      })}
    </>
  );
}
