import type { CertifiedHost, Verdict } from '../../contract';
import { latestPoints } from './latest-points';

export const VERDICTS: Record<Verdict, string> = {
  isolated: 'Isolated',
  not_isolated: 'NOT isolated',
  unknown: 'Not proven',
};

type Checked = ReadonlyArray<Pick<CertifiedHost, 'latest'>>;

/** The color of a verdict. Isolated with a failed point has that of doubt: something is wrong, although nothing gets in or out. */
export const lookOf = (verdict: Verdict, hosts: Checked): Verdict =>
  verdict === 'isolated' && latestPoints(hosts).failed > 0 ? 'unknown' : verdict;

/** The words of a verdict, with the points that failed although it is "isolated". */
export function verdictWords(verdict: Verdict, hosts: Checked): string {
  const { failed, points } = latestPoints(hosts);
  return verdict === 'isolated' && failed > 0
    ? `${VERDICTS[verdict]}, ${failed} of ${points} points failed`
    : VERDICTS[verdict];
}
