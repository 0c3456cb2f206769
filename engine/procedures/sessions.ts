import { type Actor, AppError, note, say, type Session, type PreviewLine } from '../../contract';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import type { CallContext } from '../core/ports';

export function sessionHandlers(core: Core) {
  const { os } = core;
  const end = (chosen: readonly Session[], dryRun: boolean, by: Actor) => {
    if (dryRun) {
      const summary: PreviewLine[] = chosen.map(({ browser, windows }) =>
        say('preview.session.end', { browser, windows }),
      );
      if (summary.length === 0) summary.push(say('preview.session.none', {}));
      return { ended: [...chosen], job: null, preview: { summary, hosts: [] } };
    }
    const ended = chosen.filter(({ id }) => core.sessions.end(id));
    recordEnds(core, ended, by);
    return { ended, job: null, preview: null };
  };
  return {
    list: os.sessions.list.handler(({ context }) => listed(core, context)),
    end: os.sessions.end.handler(({ input, context }) => {
      const found = listed(core, context).find(({ id }) => id === input.session);
      if (found === undefined)
        throw new AppError('NOT_FOUND', `No session has the id "${input.session}"`, {
          field: 'session',
          remedy: note('It may have ended already: list the sessions.'),
        });
      return end([found], input.dryRun ?? false, context.actor);
    }),
    endAll: os.sessions.endAll.handler(({ input, context }) =>
      end(
        listed(core, context).filter(({ isCurrent }) => !(input.others && isCurrent)),
        input.dryRun ?? false,
        context.actor,
      ),
    ),
  };
}

function listed({ sessions }: Core, context: CallContext): Session[] {
  return sessions
    .list()
    .sort((a, b) => b.seenAt - a.seenAt)
    .map(({ openedAt, seenAt, ...session }) => ({
      ...session,
      openedAt: instant(openedAt),
      seenAt: instant(seenAt),
      isCurrent: session.id === context.session,
    }));
}

function recordEnds({ store, clock }: Core, ended: readonly Session[], by: Actor): void {
  if (ended.length === 0) return;
  store.transaction((tx) => {
    const emit = emitter(tx, by, instant(clock.now()));
    for (const { browser } of ended) emit('session.ended', 'normal', say('session.signed_out', { browser }));
  });
}
