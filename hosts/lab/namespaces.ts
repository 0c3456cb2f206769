/** Whether labs here need a user namespace: yes, unless running as root. */
export const isRootless = (): boolean => process.getuid?.() !== 0;

/** Options that give root over the whole subuid range, and nothing else (unshare(1); --map-auto needs newuidmap). */
export const AS_NAMESPACE_ROOT: readonly string[] = ['unshare', '--user', '--map-root-user', '--map-auto', '--'];

/** The command that creates a lab's namespaces around `argv`. */
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
