// What `npm test` wants to know of a run of vitest, as JSON in the file that ATOLL_TEST_REPORT names:
// { tests: [{ project, name, block, state: passed|failed|skipped, why }], faults: [{ project, name, why }], files: [{ project, name, seconds }] }.
// Faults are what vitest's own JSON leaves out: a hook of a block or a whole file that failed, so that its tests never ran, and what nobody caught.
import { writeFileSync } from 'node:fs';

/** The first lines of what went wrong, without colors. */
function saidBy(errors) {
  const [first] = errors;
  const plain = (first?.stack ?? first?.message ?? '').replaceAll(/\u001b\[[0-9;]*m/g, '');
  return plain.split('\n').slice(0, 6).join('\n      ').slice(0, 800);
}

const isFailed = ({ why }) => why !== '';

export default class Report {
  onTestRunEnd(modules, unhandled) {
    const tests = [];
    const faults = unhandled.map((error) => ({
      project: null,
      name: 'an error that nobody caught',
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
      for (const test of module.children.allTests()) {
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
