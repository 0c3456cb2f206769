/** Replaced by scripts/build.mjs; absent when the sources run unbundled (tests). */
declare const __ATOLL_VERSION__: string | undefined;
declare const __ATOLL_BUILD__: string | undefined;

/** The version of this program, as in package.json. */
export const VERSION = typeof __ATOLL_VERSION__ === 'undefined' ? '0.0.0-source' : __ATOLL_VERSION__;

/** A digest of the bundled sources: two builds of one version differ in it, so that a stale engine is noticed. */
export const BUILD = typeof __ATOLL_BUILD__ === 'undefined' ? 'source' : __ATOLL_BUILD__;

/** Whether version `a` is newer than `b`; only the numbers count. */
export function isNewer(a: string, b: string): boolean {
  const numbers = (text: string) => text.split(/[.-]/, 3).map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
