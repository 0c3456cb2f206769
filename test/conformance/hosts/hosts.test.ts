import { labKind } from './lab-kind';
import { simulatedKind } from './simulated-kind';
import { hostSuite } from './suite';

// Hosts that need nothing but this program. The others have files of their own, which run beside this one.
hostSuite(simulatedKind);
hostSuite(await labKind());
