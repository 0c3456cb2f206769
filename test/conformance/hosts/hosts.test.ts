import { describe } from 'vitest';
import { driftTests } from './drift';
import { lifeTests } from './life';
import { networkTests } from './networks';
import { simulatedKind } from './simulated-kind';
import { vmTests } from './vms';

/** One suite for the port HostDriver. What passes here may call itself a host. */
describe.each([simulatedKind])('host: $name', (kind) => {
  networkTests(kind);
  driftTests(kind);
  lifeTests(kind);
  vmTests(kind);
});
