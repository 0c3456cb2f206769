import type { IsolationCheck } from '../../contract';
import { AppError } from '../../contract/app-error';
import { countsOf } from '../../contract/state/check-points';
import { note } from '../../contract/remedy';
import type { Run } from '../spec';
import { localTime, verdictWords } from '../text/units';
import { given, namesOf } from './shared';

/** What was not checked is in the table. */
const checkWords = ({ verdict, points }: IsolationCheck): string =>
  verdictWords({ verdict, ...countsOf(points), unchecked: 0 });
const SHOWN = (ok: boolean | null): string => (ok === null ? 'not checked' : ok ? 'ok' : 'FAILED');

/**
 * The isolation check with its evidence. Exits with the code of RULE_BROKEN if a network is not proven isolated; a failed point by which
 * nothing gets in or out is only shown.
 */
export const networkCheck: Run = async ({ input, out, engine }) => {
  const network = input.maybeArg('NETWORK');
  if (network !== undefined && input.flag('all'))
    throw new AppError('BAD_INPUT', 'Give a network or --all, not both.', { field: 'all' });
  const { client } = await engine();
  const [checks, networks, hosts] = await Promise.all([
    client.networks.check({ ...given({ network, host: input.text('host') }), probe: input.flag('probe') }),
    client.networks.list({}),
    client.hosts.list({}),
  ]);
  const [networkName, hostName] = [namesOf(networks), namesOf(hosts)];
  const title = (check: IsolationCheck) => `${networkName(check.networkId)} on ${hostName(check.hostId)}`;
  out.answer(checks, () => {
    if (checks.length === 0) out.line('No host has an isolated network: there is nothing to check.');
    for (const check of checks) {
      out.line(`${title(check)}: ${checkWords(check)} (${localTime(check.at)})`);
      out.table(
        check.points,
        [
          { title: 'check', of: (point) => point.title },
          { title: 'result', of: (point) => SHOWN(point.ok) },
          { title: 'evidence', of: (point) => point.evidence },
        ],
        '',
      );
      out.line();
    }
  });
  const doubtful = checks.filter(({ verdict }) => verdict !== 'isolated');
  if (doubtful.length === 0) return;
  throw new AppError(
    'RULE_BROKEN',
    `Not proven isolated: ${doubtful.map((check) => `${title(check)} (${checkWords(check)})`).join(', ')}.`,
    {
      remedy: note('See the failed checks. To repair what differs: atoll host sync HOST'),
    },
  );
};
