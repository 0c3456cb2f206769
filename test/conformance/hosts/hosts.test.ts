import { afterAll, describe } from 'vitest';
import { driftTests } from './drift';
import { importTests } from './imports';
import { labKind } from './lab-kind';
import { lifeTests } from './life';
import { localKind } from './local-kind';
import { moveTests } from './moves';
import { networkTests } from './networks';
import { simulatedKind } from './simulated-kind';
import { outsideTests } from './outside';
import { sshKind } from './ssh-kind';
import { vmTests } from './vms';

/** One suite for the port HostDriver. What passes here may call itself a host. */
describe.each([simulatedKind, await labKind(), await sshKind(), await localKind()])('host: $name', (kind) => {
  afterAll(() => kind.close());
  networkTests(kind);
  outsideTests(kind);
  driftTests(kind);
  lifeTests(kind);
  vmTests(kind);
  moveTests(kind);
  importTests(kind);
});
