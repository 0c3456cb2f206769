import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { pathText, textOf } from '../../../../english';
import { queries } from '../../../api/queries';
import { Dot } from '../../../ui/state';
import { PROMISE_FEEL } from '../../../ui/tone';
import { text } from '../text';

const SHOWN = 5;

/** How many promises are kept; each broken one with what breaks it, and a link that shows the path on the map. */
export function PromisesPart() {
  const { data } = useQuery(queries.promises());
  if (data === undefined || data.length === 0) return null;
  const broken = data.filter(({ state }) => state === 'broken');
  const kept = data.filter(({ state }) => state === 'kept').length;
  return (
    <>
      <h5>{text.promises}</h5>
      {broken.slice(0, SHOWN).map(({ id, sentence, findings: [first] }) => (
        <div key={id}>
          <Dot tone="bad" label={PROMISE_FEEL.broken.words} />{' '}
          <Link to="/" search={(old) => ({ ...old, at: undefined, promise: id })}>
            {sentence}
          </Link>
          {first === undefined ? null : (
            <small className="block">
              {textOf(first.message)}
              {first.path.length === 0 ? null : <span className="block mono">{pathText(first.path)}</span>}
            </small>
          )}
        </div>
      ))}
      <Link to="/promises">{text.promisesKept(kept, data.length)}</Link>
    </>
  );
}
