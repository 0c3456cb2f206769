import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const cacheDir = process.env['ATOLL_TEST_CACHE'] ?? 'node_modules/.vite';

const READERS = 'test/support/build-readers.mjs';

/** How long `expect.poll` waits: what takes no time alone takes seconds beside other tests. */
const WAITS = { expect: { poll: { timeout: 15_000 } } };

/** The files that take a minute or more, the longest first: begun first, so that none is left alone at the end. */
const LONG = [
  'conformance/hosts/ssh',
  'conformance/hosts/lab',
  'e2e/looks',
  'integration/cli',
  'integration/hostile-hosts',
  'integration/move-vm',
  'integration/import-local',
  'integration/chaos',
  'integration/homes',
  'integration/demo',
  'conformance/hosts/local',
  'e2e/map',
  'integration/ssh-doors',
  'integration/demo-outside',
  'conformance/hosts/simulated',
  'integration/ssh-cluster',
  'integration/ssh-faults',
  'e2e/outside',
  'e2e/language',
  'e2e/ssh-cluster',
  'e2e/together',
  'e2e/tables',
  'e2e/screens',
  'integration/promises-lab',
  'integration/lab-vms',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** One project per kind of proof; `scripts/test.mjs` runs them and adds up the counts. */
export default defineConfig({
  cacheDir,
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        // PatternFly's components load style sheets: Vite understands that in their modules, Node does not in its own form of them.
        resolve: { alias: [{ find: /^(@patternfly\/react-\w+)\/dist\/dynamic\//, replacement: '$1/dist/esm/' }] },
        test: {
          ...WAITS,
          name: 'unit',
          include: [
            '{contract,english,engine,hosts,db,app,main,preload,server,ovirt,cli,renderer,scripts}/**/*.test.{ts,tsx}',
          ],
          environment: 'node',
          globalSetup: [READERS],
          server: { deps: { inline: [/@patternfly/] } },
          // Files of one worker share what they import, and their process: loading it for each file again takes a third of the time. A test
          // that changes the process (folder, environment, globals) changes it back.
          isolate: false,
          // None takes a second alone; beside others on two cores some take six.
          testTimeout: 60_000,
        },
      },
      // 10,000 inputs for each reader; ATOLL_FUZZ_RUNS and ATOLL_FUZZ_SEED (test/fuzz/fuzz.ts).
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 300_000 } },
      { test: { name: 'golden', include: ['test/golden/**/*.test.ts'] } },
      {
        test: {
          ...WAITS,
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          globalSetup: [READERS],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...WAITS,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: [READERS, 'test/e2e/build-screens.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Hosts under QEMU, which boot for half a minute, or for ten on a busy machine.
        test: {
          ...WAITS,
          name: 'debian',
          include: ['test/debian/*.test.ts'],
          globalSetup: [READERS],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
      {
        // The same, with more memory and other services, which take longer.
        test: {
          ...WAITS,
          name: 'debian-long',
          include: ['test/debian/long/**/*.test.ts'],
          globalSetup: [READERS],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
      {
        // Hosts of several kinds with guests of their own, as one island.
        test: {
          ...WAITS,
          name: 'stretch',
          include: ['test/stretch/**/*.test.ts'],
          globalSetup: [READERS, 'test/e2e/build-screens.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        // Guests with a whole system, which boot for minutes without KVM.
        test: {
          ...WAITS,
          name: 'guests',
          include: ['test/guests/**/*.test.ts'],
          globalSetup: [READERS, 'test/e2e/build-screens.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...WAITS,
          name: 'deb',
          include: ['test/deb/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...WAITS,
          name: 'desktop',
          include: ['test/desktop/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...WAITS,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: [READERS],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
