import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

/** What an error says is a sentence, made where the error is; logs and faults are for who runs and writes Atoll. */
const SAYS_SENTENCES =
  /^(AppError|Error|TypeError|note|run|refuse\w*|isAnother|tryToWrite|failure|\w+Error)$|(^|\.)log\./;
const PROSE = /[A-Za-z']{2,} [A-Za-z']{2,} [A-Za-z']{2,}/;

const textOf = (node: ts.Node): string | null =>
  ts.isStringLiteralLike(node)
    ? node.text
    : ts.isTemplateExpression(node)
      ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('x')
      : null;

/** Literals of several words that are in no error. */
function prose(file: string, source: string): string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const calls = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (calls && SAYS_SENTENCES.test(node.expression.getText(tree))) return;
    const text = textOf(node);
    if (text !== null && PROSE.test(text)) found.push(text.slice(0, 60));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/**
 * Files that hold sentences outside of those calls: most are parts of an error's message that are put together first. What is left to
 * become data: why something can't be imported (imports/candidates), the evidence of checks (plan, networks), the limits of a certificate,
 * the titles of scenarios. The list only gets shorter.
 */
const ALLOWED: readonly string[] = [
  'engine/labfile/apply-disks.ts',
  'engine/vms/disk-rules.ts',
  'engine/certificates/certificate.ts',
  'engine/core/confine.ts',
  'engine/core/jobs/job-kinds.ts',
  'engine/core/jobs/job-rows.ts',
  'engine/core/jobs/payload.ts',
  'engine/core/jobs/release-locks.ts',
  'engine/core/refs.ts',
  'engine/demo/parts.ts',
  'engine/hosts/adding.ts',
  'engine/hosts/restored.ts',
  'engine/hosts/rules.ts',
  'engine/imports/add-network.ts',
  'engine/imports/add-vm.ts',
  'engine/imports/candidates.ts',
  'engine/imports/import-job.ts',
  'engine/labfile/apply-vms.ts',
  'engine/labfile/apply-vnics.ts',
  'engine/labfile/files.ts',
  'engine/labfile/limits.ts',
  'engine/labfile/parse.ts',
  'engine/labfile/write.ts',
  'engine/networks/check-networks.ts',
  'engine/networks/naming.ts',
  'engine/outside/rules.ts',
  'engine/plan/check-points.ts',
  'engine/plan/compare-bridge.ts',
  'engine/plan/placing.ts',
  'engine/plan/regular/plan-setup.ts',
  'engine/procedures/data-centers.ts',
  'engine/procedures/labs.ts',
  'engine/reconcile/apply-plan.ts',
  'engine/reconcile/converge-job.ts',
  'engine/reconcile/record/record-forwards.ts',
  'engine/reconcile/record/record-observed.ts',
  'engine/reconcile/record/record-result.ts',
  'engine/reconcile/record/record-setup.ts',
  'engine/reconcile/record/seen-isolation.ts',
  'engine/reconcile/set-up-host.ts',
  'engine/scenarios/catalogue.ts',
  'engine/scenarios/definitions/bad-day.ts',
  'engine/scenarios/definitions/classroom.ts',
  'engine/scenarios/definitions/collaborative-group.ts',
  'engine/scenarios/definitions/hundred-hosts.ts',
  'engine/scenarios/definitions/laptop-lab.ts',
  'engine/scenarios/definitions/three-hosts.ts',
  'engine/scenarios/files.ts',
  'engine/scenarios/place.ts',
  'engine/scenarios/rules.ts',
  'engine/setup/rules-attachments.ts',
  'engine/setup/rules-bonds.ts',
  'engine/setup/rules-detached.ts',
  'engine/setup/rules-whole.ts',
  'engine/system/report.ts',
  'engine/undo/fits.ts',
  'engine/verification/judge.ts',
  'engine/verification/questions.ts',
  'engine/vms/boot-files.ts',
  'engine/vms/move-rules.ts',
  'engine/vms/placement-errors.ts',
  'engine/vms/placement.ts',
  'engine/vms/rules.ts',
];

describe('the engine', () => {
  const files = readdirSync(path.join(ROOT, 'engine'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => path.join('engine', name));
  const found = new Map(files.map((file) => [file, prose(file, readFileSync(path.join(ROOT, file), 'utf8'))] as const));

  it('holds no prose outside of errors, logs and listed files', () => {
    expect(files.length).toBeGreaterThan(200);
    const left = [...found].filter(([file, texts]) => texts.length > 0 && !ALLOWED.includes(file));
    expect(Object.fromEntries(left)).toEqual({});
  });

  it('lists no file that is free of prose', () => {
    expect(ALLOWED.filter((file) => (found.get(file) ?? []).length === 0)).toEqual([]);
  });

  it.each(["const words = 'remove the network blue';", '`stop the VM ${name} on its host`', "f('it is being moved')"])(
    'finds a planted line: %s',
    (line) => expect(prose('x.ts', line)).toHaveLength(1),
  );

  it.each([
    "new AppError('CONFLICT', 'It is in use by VMs')",
    "note('Stop it first, then retry.')",
    "say('vm.added', { vm })",
  ])('leaves alone: %s', (line) => expect(prose('x.ts', line)).toEqual([]));
});
