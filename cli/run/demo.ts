import { changing } from '../change';
import type { Run } from '../spec';

export const demo: Run = (context) => {
  const { input, out } = context;
  const simulated = input.flag('simulated');
  if (input.flag('remove')) {
    return changing((client, dryRun) => client.demo.remove({ simulated, dryRun })).run(context, {
      question: 'Remove all that the demo made?',

      done: ({ removed }) => (removed.length === 0 ? 'There was no demo.' : `Removed: ${removed.join(', ')}.`),
    });
  }
  return changing((client, dryRun) => client.demo.add({ simulated, outside: input.flag('outside'), dryRun })).run(
    context,
    {
      done: ({ host, networks, vms }) =>
        `The demo runs on ${host}: networks ${networks.join(' and ')}, VMs ${vms.join(', ')}.`,
      more: (_client, { page }) => {
        if (page !== null) out.line(`gw also stands on the network outside; its page: ${page}`);
        for (const line of [
          'Look at it:',
          '  atoll map',
          '  atoll reach web ci',
          '  atoll vm console web',
          `  atoll network check --all${simulated ? '' : ' --probe'}`,
        ])
          out.line(line);
        return Promise.resolve();
      },
    },
  );
};
