import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Reach } from '../../../contract';
import { textOf } from '../../../english';
import { RemedyView } from '../../actions/remedies/remedy-view';
import { queries } from '../../api/queries';
import { Dot } from '../../ui/state';
import type { Tone } from '../../ui/tone';
import { type Ask, isBrokenBy } from './ask';
import { text } from './text';

const REACH_TONE: Record<Reach['kind'], Tone> = { direct: 'ok', through: 'warn', no: 'off' };

/** The answer to a question: the path through the real islands, or where it stops and what would repair it. */
export function AskAnswer({ ask, reach }: { ask: Ask; reach: Reach | undefined }) {
  const [from, to] = [ask.from.name, ask.to.name];
  const { data: promises = [] } = useQuery(queries.promises());
  if (reach === undefined) return null;
  const broken = promises.filter((promise) => isBrokenBy(promise, ask));
  return (
    <div className="ask-answer" role="status">
      <p>
        <Dot tone={broken.length > 0 ? 'bad' : REACH_TONE[reach.kind]} /> {text.asked[reach.kind](from, to)}
      </p>
      {broken.map(({ id, sentence }) => (
        <p key={id}>
          {text.askedBroken}{' '}
          <Link to="/" search={(old) => ({ ...old, at: undefined, promise: id })}>
            {sentence}
          </Link>
        </p>
      ))}
      {reach.hops.length === 0 ? null : (
        <ol>
          {reach.hops.map((hop, index) => (
            <li key={index}>{text.askedHop(hop.fromVm, hop.network, hop.host, hop.toVm)}</li>
          ))}
        </ol>
      )}
      {reach.reasons.map(({ message, remedy }, index) => (
        <p key={index}>
          {textOf(message)}
          {remedy === null ? null : (
            <>
              {'. '}
              <RemedyView remedy={remedy} />
            </>
          )}
        </p>
      ))}
    </div>
  );
}
