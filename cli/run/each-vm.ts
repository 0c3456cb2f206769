import type { AtollClient } from '../../app/client';
import type { VmAction } from '../../contract';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { vmAllows, whyNotOfBoot } from '../../contract/state/vm';
import { type Changed, changing } from '../change';
import { changeMany, type EachChange, type SendOne, type Target } from '../change-many';
import type { Context } from '../context';

interface EachVm<T extends Changed> extends EachChange<T> {
  /** The question before anything is sent, about `VM web` or `VMs web, db`. */
  readonly question?: (vms: string) => string;
  readonly more?: (client: AtollClient, output: T) => Promise<void>;
}

/**
 * An action on the VMs that are named, or with --all on those of all in whose state it is possible. (Two calls, so that the output's
 * type is inferred from `send` alone.)
 */
export function onVms<T extends Changed>(
  action: VmAction,
  send: SendOne<T>,
): { run(context: Context, each: EachVm<T>): Promise<void> } {
  return { run: (context, each) => runEach(context, action, send, each) };
}

async function runEach<T extends Changed>(
  context: Context,
  action: VmAction,
  send: SendOne<T>,
  { question, more, ...each }: EachVm<T>,
): Promise<void> {
  const names = [...new Set(context.input.args('VM'))];
  const isAll = context.input.flag('all');
  if (isAll === names.length > 0)
    throw new AppError('BAD_INPUT', 'Give names of VMs, or --all.', {
      field: 'VM',
      remedy: note('atoll vm list shows them.'),
    });
  const targets = isAll ? await allThat(context, action) : names.map((name) => ({ ref: name, name }));
  const [only] = targets;
  if (only !== undefined && !isAll && targets.length === 1)
    return changing((client, dryRun) => send(client, only.ref, dryRun)).run(context, {
      ...(question && { question: question(`VM ${only.name}`) }),
      ...(each.refresh && { refresh: each.refresh }),
      done: (output) => each.done(output, only),
      ...(more && { more }),
    });
  if (only === undefined) context.out.note('There is no VM for which this is possible now.');
  return changeMany(context, targets, send, {
    ...each,
    ...(question && only !== undefined && { question: question(labelOf(targets)) }),
  });
}

const labelOf = (targets: readonly Target[]): string =>
  `VM${targets.length === 1 ? '' : 's'} ${targets.map(({ name }) => name).join(', ')}`;

/** Names are unique in a data center only, so each is sent by its id. */
async function allThat({ engine }: Context, action: VmAction): Promise<Target[]> {
  const { client } = await engine();
  return (await client.vms.list({}))
    .filter(({ state, boot }) => vmAllows(state, action) && whyNotOfBoot(boot, action) === null)
    .map(({ id, name }) => ({ ref: id, name }));
}
