import { type Actor, AppError, type EventMessage, note, type PreviewLine, say, type Written } from '../../contract';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { instant } from '../core/ids';

export function apiHandlers(core: Core) {
  const { os, apiDoor } = core;
  const planned = (...summary: PreviewLine[]) => ({ job: null, preview: { summary, hosts: [] } });
  return {
    show: os.api.show.handler(() => apiDoor.show()),
    enable: os.api.enable.handler(async ({ input, context }) => {
      assertNotOverApi(context.actor);
      const { port, password, insecureHttp } = input;
      const now = apiDoor.show();
      if (input.dryRun) {
        const line = say('preview.api.enable', {
          port: port ?? now.port ?? 0,
          insecureHttp: insecureHttp ?? now.insecureHttp,
          makesPassword: password === undefined && !apiDoor.hasPassword(),
        });
        return { api: now, password: null, ...planned(line) };
      }
      const made = await apiDoor.enable({ port, password, insecureHttp });
      const api = apiDoor.show();
      if (api.url !== now.url) record(core, context.actor, 'api.enabled', say('api.enabled', { url: api.url ?? '' }));
      if (password !== undefined) record(core, context.actor, 'api.password', say('api.password', {}));
      return { api, password: made, job: null, preview: null };
    }),
    password: os.api.password.handler(async ({ input, context }) => {
      assertNotOverApi(context.actor);
      if (input.dryRun) {
        const line = say('preview.api.password', { makes: input.password === undefined });
        return { api: apiDoor.show(), password: null, ...planned(line) };
      }
      const made = await apiDoor.setPassword(input.password);
      record(core, context.actor, 'api.password', say('api.password', {}));
      return { api: apiDoor.show(), password: made, job: null, preview: null };
    }),
    disable: os.api.disable.handler(async ({ input, context }) => {
      assertNotOverApi(context.actor);
      const { enabled } = apiDoor.show();
      if (input.dryRun)
        return {
          api: apiDoor.show(),
          ...planned(enabled ? say('preview.api.disable', {}) : say('preview.nothing', {})),
        };
      await apiDoor.disable();
      if (enabled) record(core, context.actor, 'api.disabled', say('api.disabled', {}));
      return { api: apiDoor.show(), job: null, preview: null };
    }),
  };
}

/** A client of the API must not be able to outlive the password that let it in. */
function assertNotOverApi({ door }: Actor): void {
  if (door !== 'ovirt') return;
  throw new AppError('FORBIDDEN', "The oVirt API can't change its own settings", {
    remedy: note('Use a terminal or the app.'),
  });
}

function record(
  { store, clock }: Core,
  by: Actor,
  type: 'api.enabled' | 'api.disabled' | 'api.password',
  message: Written<EventMessage>,
): void {
  store.transaction((tx) => emitter(tx, by, instant(clock.now()))(type, 'normal', message));
}
