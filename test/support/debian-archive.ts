import { spawnSync } from 'node:child_process';

export const ARCHIVE = 'http://deb.debian.org/debian';
export const SUITE = 'trixie';

/** By debootstrap's own downloader, so that proxies and the like are those that it will use. */
export function archiveAnswers(): boolean {
  return (
    spawnSync('wget', ['-q', '--tries=1', '--timeout=10', '-O', '/dev/null', `${ARCHIVE}/dists/${SUITE}/InRelease`])
      .status === 0
  );
}
