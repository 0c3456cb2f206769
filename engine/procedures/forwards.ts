import { AppError, type CommandOutput, type Forward, note, say } from '../../contract';
import type { Core } from '../context';
import type { RunningJob } from '../core/jobs/job-kinds';
import { addForwardHandler, ForwardPayload, removeForwardHandler } from '../outside/forwards';
import { type ForwardInput, presentForward } from '../plan/forwards';

type Add = ForwardInput & { readonly vm: string; readonly dryRun: boolean };

export function forwardHandlers(core: Core) {
  const { os, command, kinds, store, refs, live } = core;
  kinds.define('forwards.add', ForwardPayload, (job) => runForwardJob(core, job));
  kinds.define('forwards.remove', ForwardPayload, (job) => runForwardJob(core, job));
  live.present('forward', (id) => {
    const row = store.forwards.get(id);
    return row && presentForward(row);
  });
  return {
    list: os.forwards.list.handler(({ input }) => {
      const rows = input.vm === undefined ? store.forwards.list() : store.forwards.ofVm(refs.vm(input.vm).id);
      return rows.map(presentForward);
    }),
    add: os.forwards.add.handler(async ({ input, context }) => {
      const hostPort = await usablePort(core, input);
      return command<Add, CommandOutput & { forward: Forward }>(addForwardHandler)({
        input: { ...input, hostPort },
        context,
      });
    }),
    remove: os.forwards.remove.handler(command((scope, input) => removeForwardHandler(scope, input))),
  };
}

/**
 * Asked before the transaction: listening programs are only known outside the database. A port of another forward is left to the
 * rule, which names its owner.
 */
async function usablePort({ store, hosts }: Core, { protocol, hostPort }: ForwardInput): Promise<number> {
  return store.forwards.byHostPort(protocol, hostPort) ? hostPort : await hosts.freePort(protocol, hostPort);
}

/** Brings the VM's host to its desired state; fails if the host refused the forward in question. */
async function runForwardJob(core: Core, job: RunningJob<ForwardPayload>): Promise<void> {
  const { forwardId, hostId } = job.payload;
  await job.step(1, async (signal) => {
    await core.actors.get(hostId).converge(signal);
    const row = core.store.forwards.get(forwardId);
    if (row?.state !== 'failed') return row?.state === 'pending' ? say('result.forward_pending', {}) : null;
    throw new AppError('HOST_COMMAND_FAILED', row.message ?? 'The host refused it', {
      remedy: note('Atoll retries automatically. Or remove it and choose another port.'),
    });
  });
}
