import { sshKind } from './ssh-kind';
import { hostSuite } from './suite';

hostSuite(await sshKind());
