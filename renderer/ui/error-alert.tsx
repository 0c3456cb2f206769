import { screenTextOf } from '../../english/remedies';
import type { Remedy } from '../../contract';
import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { type ComponentType, createContext, useContext } from 'react';
import { text } from './text';

interface Told {
  readonly title: string;
  readonly message: string;
  readonly remedy: Remedy | null;
}

/** How a hint is shown: as it is, unless the frame knows how to make it something to click. */
export const HintView = createContext<ComponentType<{ hint: string; placesOnly?: boolean }>>(({ hint }) => hint);

/** The same as plain words, for a tooltip: as it is, unless the frame knows what the screens call a command. */
export const HintWords = createContext<() => (hint: string) => string>(() => (hint) => hint);

/** An error in place: what was wrong, and what to do. */
export function ErrorAlert({ problem }: { problem: Told | null }) {
  const Hint = useContext(HintView);
  if (problem === null) return null;
  return (
    <Alert
      variant="danger"
      variantLabel={text.alerts.danger}
      isInline
      title={problem.title}
      role="alert"
      className="trouble"
    >
      <p>{problem.message}</p>
      {problem.remedy === null ? null : (
        <p>
          <Hint hint={screenTextOf(problem.remedy)} />
        </p>
      )}
    </Alert>
  );
}
