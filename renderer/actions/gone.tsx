import { Link, type LinkOptions } from '@tanstack/react-router';
import { toProblem } from '../api/problem';
import { Nothing } from '../ui/page';
import { text } from './text';
import { RemedyView } from './remedies/remedy-view';

/** Replaces a page whose object no longer exists or can't be read: the reason, and a link to the list. */
export function Gone({ error, to, all }: { error: unknown; to: LinkOptions['to']; all: string }) {
  const problem = toProblem(error);
  const gone = problem.code === 'NOT_FOUND';
  return (
    <Nothing title={gone ? text.gone : problem.title} action={<Link to={to}>{all}</Link>}>
      {gone ? text.goneMeans : `${problem.message}. `}
      {gone || problem.remedy === null ? null : <RemedyView remedy={problem.remedy} />}
    </Nothing>
  );
}
