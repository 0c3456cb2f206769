import { localKind } from './local-kind';
import { hostSuite } from './suite';

hostSuite(await localKind());
