/** Whether labs here need a user namespace: yes, unless we are root. */
export const isRootless = (): boolean => process.getuid?.() !== 0;

/** The way to be root over the whole subuid range, and nowhere else (unshare(1); --map-auto needs newuidmap). */
export const AS_NAMESPACE_ROOT: readonly string[] = ['unshare', '--user', '--map-root-user', '--map-auto', '--'];

/** The command that makes a lab's namespaces around `argv`. */
export function labNamespaces(rootless: boolean, argv: readonly string[]): string[] {
  const user = rootless ? ['--user', '--map-root-user', '--map-auto'] : [];
  return [
    'unshare',
    ...user,
    '--mount',
    '--net',
    '--pid',
    '--fork',
    '--mount-proc',
    '--propagation',
    'private',
    '--',
    ...argv,
  ];
}
