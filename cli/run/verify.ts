import type { PromisePage, Verification } from '../../contract';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { junitOf, measurementText, promisePageHtml } from '../../english';
import { PROMISE_STATES } from '../../english/messages/reasons';
import type { Output } from '../output';
import type { Run } from '../spec';
import { readLab } from './labfile';
import { showFindings, withVerdict } from './promises';
import { given, writeNew } from './shared';
import { verifyPage } from './verify-page';

/** `atoll verify [FILE] [--live] [--junit OUT] [--html OUT]`, or `atoll verify --page PAGE` */
export const verify: Run = (context) => {
  const { input, out, engine } = context;
  return withVerdict(input.flag('json'), async () => {
    const page = input.text('page');
    if (page !== undefined) {
      await verifyPage(context, page, input.text('key'));
      return 'kept';
    }
    if (input.text('key') !== undefined)
      throw new AppError('BAD_INPUT', '--key is the key of a page.', {
        field: 'key',
        remedy: note('Add --page PAGE.'),
      });
    const text = input.maybeArg('FILE') === undefined ? undefined : await readLab(context);
    const of = { ...given({ dataCenter: input.text('datacenter'), text }), live: input.flag('live') };
    const { client } = await engine();
    const html = input.text('html');
    // One verification for both: measured twice they could differ.
    const signed: PromisePage | null = html === undefined ? null : await client.promises.page(of);
    const verification = signed?.content.verification ?? (await client.promises.verify(of));
    if (html !== undefined && signed) await writeNew(html, promisePageHtml(signed));
    const junit = input.text('junit');
    if (junit !== undefined) await writeNew(junit, junitOf(verification));
    out.answer(verification, () => show(out, verification));
    return verification.verdict;
  });
};

function show(out: Output, { promises, live, dataCenter }: Verification): void {
  if (promises.length === 0) out.line(`There are no promises in ${dataCenter}.`);
  for (const { promise, state, findings, measurements } of promises) {
    out.line(`${(PROMISE_STATES[state] ?? state).padEnd(STATE_WIDTH)}  ${promise.sentence}`);
    showFindings(out, findings);
    for (const each of measurements) out.line(`    ${measurementText(each)}`);
  }
  if (!live && promises.length > 0) out.line('Predicted only: add --live to measure.');
}

const STATE_WIDTH = 17;
