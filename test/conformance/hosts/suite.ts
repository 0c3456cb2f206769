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

/** The tests of the port HostDriver. A kind that passes them may call itself a host. */
export function hostSuite(kind: HostKind): void {
  describe(`host: '${kind.name}'`, () => {
    afterAll(() => kind.close());
    networkTests(kind);
    outsideTests(kind);
    driftTests(kind);
    lifeTests(kind);
    servicesTests(kind);
    stretchTests(kind);
    vmTests(kind);
    moveTests(kind);
    importTests(kind);
  });
}
