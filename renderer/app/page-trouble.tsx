import { Link } from '@tanstack/react-router';
import { toProblem } from '../api/problem';
import { Nothing } from '../ui/page';

/** A page that could not be shown. */
export function PageTrouble({ error }: { error: unknown }) {
  const problem = toProblem(error);
  return (
    <Nothing title={problem.title} action={<Link to="/">To the map</Link>}>
      {problem.message} {problem.hint}
    </Nothing>
  );
}

export function NotFound() {
  return (
    <Nothing title="There is no such page" action={<Link to="/">To the map</Link>}>
      The address names nothing that Atoll knows.
    </Nothing>
  );
}
