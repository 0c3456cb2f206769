// What `npm test` wants to know of a run of vitest, as JSON in the file that ATOLL_TEST_REPORT names:
// { tests: [{ project, name, block, state: passed|failed|skipped, why }], faults: [{ project, name, why }], files: [{ project, name, seconds }] }.
// Faults are what vitest's own JSON leaves out: a hook of a block or a whole file that failed, so that its tests never ran, and what nobody caught.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** The first lines of what went wrong, without colors. */
function saidBy(errors) {
  const [first] = errors;
  const plain = (first?.stack ?? first?.message ?? '').replaceAll(/\u001b\[[0-9;]*m/g, '');
  return plain.split('\n').slice(0, 6).join('\n      ').slice(0, 800);
}

const isFailed = ({ why }) => why !== '';

/** Where an error came from that nobody caught: the file that ran then, and the last test in it that had begun. */
function originOf({ VITEST_TEST_PATH: path, VITEST_TEST_NAME: test }) {
  const words = ['an error that nobody caught'];
  if (path) words.push(`in ${relative(process.cwd(), path)}`);
  if (test) words.push(`during or after "${test}"`);
  return words.join(', ');
}

/** Why a file has tests without a result: its process ended in the middle, as by a signal or without memory. */
function cutShort(module, tests) {
  if (!['pending', 'queued'].includes(module.state())) return '';
  const left = tests.filter((test) => test.result().state === 'pending').length;
  return `its process ended in the middle: ${left} of ${tests.length} tests have no result`;
}

export default class Report {
  onTestRunEnd(modules, unhandled) {
    const tests = [];
    const faults = unhandled.map((error) => ({
      project: null,
      name: originOf(error),
      why: saidBy([error]),
    }));
    const files = [];
    for (const module of modules) {
      const project = module.project.name;
      const { collectDuration, setupDuration, duration } = module.diagnostic();
      const seconds = (collectDuration + setupDuration + duration) / 1000;
      files.push({ project, name: module.relativeModuleId, seconds });
      faults.push({ project, name: module.relativeModuleId, why: saidBy(module.errors()) });
      for (const suite of module.children.allSuites())
        faults.push({ project, name: suite.fullName, why: saidBy(suite.errors()) });
      const all = [...module.children.allTests()];
      const why = cutShort(module, all);
      faults.push({ project, name: module.relativeModuleId, why });
      if (why !== '') continue;
      for (const test of all) {
        const { state, errors = [] } = test.result();
        const block = test.parent.type === 'suite' ? test.parent.fullName : test.name;
        tests.push({
          project,
          name: test.fullName,
          block,
          // Pending are those of a block within one that is skipped.
          state: state === 'pending' ? 'skipped' : state,
          why: state === 'failed' ? saidBy(errors) : '',
        });
      }
    }
    writeFileSync(process.env['ATOLL_TEST_REPORT'], JSON.stringify({ tests, faults: faults.filter(isFailed), files }));
  }
}
