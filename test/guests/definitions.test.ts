import { describe } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { DEFINITIONS } from '../support/definitions';
import { testDefinitions } from '../support/definitions-on-a-host';
import { labHere } from '../support/lab-here';

const missing = process.getuid?.() === 0 ? (await labHere()).vms : 'needs root';

/** All of them; test/integration/definitions.test.ts has some in each run. */
describe.skipIf(missing !== null)(blockName('definitions of other tools', missing), () => {
  testDefinitions(DEFINITIONS);
});
