import { AppError } from '../../contract/app-error';
import { changing } from '../change';
import type { Context } from '../context';
import type { Run } from '../spec';
import { given } from './shared';

/** Above this number, names are counted, not listed. */
const FEW = 12;

/** The default scenario of the simulated demo. */
const DEFAULT_SCENARIO = 'laptop-lab';

export const demo: Run = async (context) => {
  const { input } = context;
  const modes = ['list', 'remove', 'reset'].filter((mode) => input.flag(mode));
  if (modes.length > 1) {
    const words = modes.map((mode) => `--${mode}`).join(' and ');
    throw new AppError('BAD_INPUT', `${words} are mutually exclusive.`, { field: modes[1] ?? 'list' });
  }
  if (input.flag('list')) return list(context);
  if (input.flag('remove')) return remove(context);
  if (input.flag('reset')) return reset(context);
  return add(context);
};

const list: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.demo.scenarios(), (rows) =>
    out.table(
      rows,
      [
        { title: 'name', of: ({ id }) => id },
        { title: 'created', of: ({ dataCenterId }) => dataCenterId !== null },
        { title: 'hosts', of: ({ size }) => size.hosts },
        { title: 'networks', of: ({ size }) => size.networks },
        { title: 'vms', of: ({ size }) => size.vms },
        { title: 'description', of: ({ words }) => words },
      ],
      'No scenarios.',
    ),
  );
};

/** Parses which demo is requested. */
function which({ input }: Context): { simulated: boolean; scenario?: string } {
  const scenario = input.text('scenario');
  return { simulated: input.flag('simulated') || scenario !== undefined, ...given({ scenario }) };
}

const remove: Run = (context) =>
  changing((client, dryRun) => client.demo.remove({ ...which(context), dryRun })).run(context, {
    question: which(context).simulated
      ? 'Remove the data center and everything in it?'
      : 'Remove everything that the demo created?',
    done: ({ removed }) => (removed.length === 0 ? 'There was no demo.' : `Removed: ${some(removed, 'objects')}.`),
  });

const reset: Run = (context) => {
  const { scenario = DEFAULT_SCENARIO } = which(context);
  return changing((client, dryRun) => client.demo.reset({ scenario, dryRun })).run(context, {
    question: `Remove everything in the data center ${scenario}, including what you added, and create it again?`,
    done: ({ networks, vms }) => sizeWords(scenario, networks, vms),
  });
};

const add: Run = (context) => {
  const { input, out } = context;
  const asked = which(context);
  const { scenario = DEFAULT_SCENARIO } = asked;
  const small = scenario === DEFAULT_SCENARIO;
  const outside = input.flag('outside');
  return changing((client, dryRun) => client.demo.add({ ...asked, outside, dryRun })).run(context, {
    done: ({ host, networks, vms }) =>
      small
        ? `The demo runs on ${host}: networks ${networks.join(' and ')}, VMs ${vms.join(', ')}.`
        : sizeWords(scenario, networks, vms),
    more: (_client, { page }) => {
      if (page !== null) out.line(`gw is also on the network outside and serves ${page}`);
      for (const line of ['Try:', ...hints(small, asked.simulated, scenario)]) out.line(line);
      return Promise.resolve();
    },
  });
};

function hints(small: boolean, simulated: boolean, scenario: string): string[] {
  if (small) {
    const check = `  atoll network check --all${simulated ? '' : ' --probe'}`;
    return ['  atoll map', '  atoll reach web ci', '  atoll vm console web', check];
  }
  return [
    '  atoll start',
    '  atoll host list',
    '  atoll event list --follow',
    `  atoll demo --scenario ${scenario} --reset`,
  ];
}

const some = (names: readonly string[], what: string): string =>
  names.length > FEW ? `${names.slice(0, FEW).join(', ')} and ${names.length - FEW} more ${what}` : names.join(', ');

const sizeWords = (scenario: string, networks: readonly string[], vms: readonly string[]): string =>
  `The scenario ${scenario} runs: ${networks.length} networks, ${vms.length} VMs, all simulated.`;
