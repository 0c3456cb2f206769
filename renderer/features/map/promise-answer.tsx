import { Link } from '@tanstack/react-router';
import type { IsolationPromise } from '../../../contract';
import { pathText, textOf } from '../../../english';
import { ActionButton } from '../../ui/action-button';
import { Dot } from '../../ui/state';
import { PROMISE_FEEL } from '../../ui/tone';
import { text } from './text';

/** The promise that the map highlights: its state, and what breaks it on which path. */
export function PromiseAnswer({ promise, onClear }: { promise: IsolationPromise; onClear: () => void }) {
  const { sentence, state, findings } = promise;
  const { tone, words } = PROMISE_FEEL[state];
  return (
    <div className="ask-answer" role="status">
      <p>
        <Dot tone={tone} /> {text.promiseIs(sentence, words)} <Link to="/promises">{text.promiseAll}</Link>
        {' · '}
        <ActionButton variant="link" isInline onClick={onClear}>
          {text.promiseClear}
        </ActionButton>
      </p>
      {findings.map(({ message, path }, index) => (
        <p key={index}>
          {textOf(message)}
          {path.length === 0 ? null : <span className="block mono">{pathText(path)}</span>}
        </p>
      ))}
    </div>
  );
}
