import { screenTextOf } from '../../english/remedies';
import type { Remedy } from '../../contract';
import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { type ComponentType, createContext, useContext } from 'react';
import { text } from './text';

interface ShownError {
  readonly title: string;
  readonly message: string;
  readonly remedy: Remedy | null;
}

/** Renders a hint: unchanged, unless the app converts it to links and buttons. */
export const HintView = createContext<ComponentType<{ hint: string; placesOnly?: boolean }>>(({ hint }) => hint);

/** The hint as plain text for a tooltip: unchanged, unless the app replaces commands with labels of the UI. */
export const HintWords = createContext<() => (hint: string) => string>(() => (hint) => hint);

/** An inline error: the reason and the remedy. */
export function ErrorAlert({ problem }: { problem: ShownError | null }) {
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
