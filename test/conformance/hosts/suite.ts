import { afterAll, describe } from 'vitest';
import { driftTests } from './drift';
import { importTests } from './imports';
import type { HostKind } from './kind';
import { lifeTests } from './life';
import { moveTests } from './moves';
import { networkTests } from './networks';
import { outsideTests } from './outside';
import { servicesTests } from './services';
import { stretchTests } from './stretch';
import { vmTests } from './vms';

const PARTS = {
  networks: networkTests,
  outside: outsideTests,
  drift: driftTests,
  life: lifeTests,
  services: servicesTests,
  stretch: stretchTests,
  vms: vmTests,
  moves: moveTests,
  imports: importTests,
};
export type SuitePart = keyof typeof PARTS;

/** The tests of the port HostDriver, or some parts of them. A kind that passes all of them may call itself a host. */
export function hostSuite(kind: HostKind, only: (part: SuitePart) => boolean = () => true): void {
  describe(`host: '${kind.name}'`, () => {
    afterAll(() => kind.close());
    for (const part of Object.keys(PARTS) as SuitePart[]) if (only(part)) PARTS[part](kind);
  });
}
