import { Link } from '@tanstack/react-router';
import { toProblem } from '../api/problem';
import { Nothing } from '../ui/page';
import { text } from './text';
import { RemedyView } from '../actions/remedies/remedy-view';

/** Shown when a page fails to render. */
export function PageError({ error }: { error: unknown }) {
  const problem = toProblem(error);
  return (
    <Nothing title={problem.title} action={<Link to="/">{text.toMap}</Link>}>
      {problem.message} {problem.remedy === null ? null : <RemedyView remedy={problem.remedy} />}
    </Nothing>
  );
}

export function NotFound() {
  return (
    <Nothing title={text.noSuchPage} action={<Link to="/">{text.toMap}</Link>}>
      {text.noSuchPageMeans}
    </Nothing>
  );
}
