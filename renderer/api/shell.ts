import { useSyncExternalStore } from 'react';
import { type FileRequest, ShellNews } from '../../contract/shell';
import { SHELL } from '../../contract/shell-channels';
import { shell } from './shell-bridge';

export { shell };

/** Opens a file dialog on this computer, which is also the engine's. Null: cancelled, or no shell. */
export const pickFile = (request: FileRequest): Promise<string | null> =>
  shell === null ? Promise.resolve(null) : shell.pickFile(request);

type EngineNews = Extract<ShellNews, { kind: 'engine' }>;
let engine: EngineNews | null = null;
const watchers = new Set<() => void>();
const goers = new Set<(to: string) => void>();

if (shell !== null) {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window || event.origin !== window.location.origin) return;
    const { channel, news } = (event.data ?? {}) as { channel?: unknown; news?: unknown };
    const said = channel === SHELL.news ? ShellNews.safeParse(news) : null;
    if (said?.success !== true) return;
    if (said.data.kind === 'go') for (const go of goers) go(said.data.to);
    else {
      engine = said.data;
      for (const watcher of watchers) watcher();
    }
  });
}

function watchNews(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The last message of the shell about the engine process; null: no problem, or no shell. */
export function useEngineNews(): EngineNews | null {
  const news = useSyncExternalStore(watchNews, () => engine);
  return news?.state === 'running' ? null : news;
}

/** Subscribes to navigation from the shell: a menu item, a notification, an external link. */
export function onGo(go: (to: string) => void): () => void {
  goers.add(go);
  return () => goers.delete(go);
}
