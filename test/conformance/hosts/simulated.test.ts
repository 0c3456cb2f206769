import { simulatedKind } from './simulated-kind';
import { hostSuite } from './suite';

hostSuite(simulatedKind);
