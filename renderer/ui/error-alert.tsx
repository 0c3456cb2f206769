import { remedyText } from '../../english/remedies';
import type { Remedy } from '../../contract';
import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { type ComponentType, createContext, useContext } from 'react';
import { text } from './text';

interface ShownError {
  readonly title: string;
  readonly message: string;
  readonly remedy: Remedy | null;
}

/** How a remedy is shown: as text, unless the frame knows how to make it something to click. */
export const RemedyViewContext = createContext<ComponentType<{ remedy: Remedy; placesOnly?: boolean }>>(({ remedy }) =>
  remedyText(remedy),
);

/** With a full stop: another sentence follows. */
const asSentence = (words: string): string => (/[.!?:…]$/.test(words) ? words : `${words}.`);

/** An inline error: the reason and the remedy. */
export function ErrorAlert({ problem }: { problem: ShownError | null }) {
  const View = useContext(RemedyViewContext);
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
      <p>{problem.remedy === null ? problem.message : asSentence(problem.message)}</p>
      {problem.remedy === null ? null : (
        <p>
          <View remedy={problem.remedy} />
        </p>
      )}
    </Alert>
  );
}
