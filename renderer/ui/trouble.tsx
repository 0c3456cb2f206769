import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';

interface Told {
  readonly title: string;
  readonly message: string;
  readonly hint: string | null;
}

/** An error in place: what was wrong, and what to do. */
export function Trouble({ problem }: { problem: Told | null }) {
  if (problem === null) return null;
  return (
    <Alert variant="danger" isInline title={problem.title} role="alert" className="trouble">
      <p>{problem.message}</p>
      {problem.hint === null ? null : <p>{problem.hint}</p>}
    </Alert>
  );
}
