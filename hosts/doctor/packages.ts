import { existsSync } from 'node:fs';
import type { DoctorCheck } from '../../contract';

export type Remedy = NonNullable<DoctorCheck['remedy']>;

/** The remedy for a missing tool. Debian and Ubuntu get a command; elsewhere the Debian package names help to find the right packages. */
export function install(packages: readonly string[], debian = existsSync('/usr/bin/apt-get')): Remedy {
  if (!debian)
    return {
      words: `Install your distribution's equivalent of the Debian packages ${packages.join(', ')}`,
      command: null,
      root: true,
    };
  // Without recommended packages: those of libvirt would start a network of their own on this computer.
  return {
    words: `Install ${packages.join(', ')}`,
    command: ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages],
    root: true,
  };
}
