import { describe } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { DEFINITIONS } from '../support/definitions';
import { testDefinitions } from '../support/definitions-on-a-host';
import { labHere } from '../support/lab-here';

const missing = process.getuid?.() === 0 ? (await labHere()).vms : 'needs root';

/** Some of them; test/guests/definitions.test.ts has all. */
describe.skipIf(missing !== null)(blockName('definitions of other tools', missing), () => {
  testDefinitions(DEFINITIONS.filter((_, i) => i % 18 === 4));
});
