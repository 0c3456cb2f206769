import { labKind } from './lab-kind';
import { hostSuite } from './suite';

hostSuite(await labKind());
