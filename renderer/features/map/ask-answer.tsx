import type { Reach } from '../../../contract';
import { textOf } from '../../../english';
import { RemedyView } from '../../actions/remedies/remedy-view';
import { Dot } from '../../ui/state';
import type { Ask } from './ask';
import { text } from './text';

/** The answer to a question: the path through the real islands, or where it stops and what would repair it. */
export function AskAnswer({ ask, reach }: { ask: Ask; reach: Reach | undefined }) {
  const [from, to] = [ask.from.name, ask.to.name];
  if (reach === undefined) return null;
  return (
    <div className="ask-answer" role="status">
      <p>
        <Dot tone={{ direct: 'ok', through: 'warn', no: 'off' }[reach.kind] as 'ok' | 'warn' | 'off'} />{' '}
        {text.asked[reach.kind](from, to)}
      </p>
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
