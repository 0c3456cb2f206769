import { fingerprintOf, publicKeyOf, whyNotSigned } from '../../app/signing-key';
import { VERSION } from '../../app/version';
import { AppError, PromisePage, Signature, note } from '../../contract';
import { promisePageData, showsItsData, textOf } from '../../english';
import { z } from 'zod';
import type { Context } from '../context';
import { readInput } from '../read-input';

/** As much as a page of thousands of promises has. */
const MOST_BYTES = 64 * 1024 * 1024;
const Signed = z.object({ content: z.unknown(), signature: Signature });

/**
 * Checks a page for an auditor without an engine: that its content is what was signed, and that it shows that. `expected`: the
 * fingerprint of the key. Throws BAD_INPUT or FORBIDDEN for a page that is not whole.
 */
export async function verifyPage({ out, home }: Context, file: string, expected: string | undefined): Promise<void> {
  const hint = 'Give the path of a page that atoll verify --html wrote.';
  const text = await readInput({ file, field: 'page', mostBytes: MOST_BYTES, hint, ifTooLarge: hint });
  const raw = Signed.safeParse(promisePageData(text));
  if (!raw.success) throw notAPage(file, 'it has no signed data');
  const { content, signature } = raw.data;
  const why = whyNotSigned(content, signature);
  if (why !== null) throw changed(file, why);
  const page = PromisePage.safeParse(raw.data);
  if (!page.success) throw notAPage(file, 'its data are of another version of Atoll');
  const shows = showsItsData(text, raw.data as PromisePage, VERSION);
  if (shows === false) throw changed(file, 'it does not show what was signed');
  const fingerprint = fingerprintOf(signature.publicKey);
  if (expected !== undefined && expected !== fingerprint)
    throw changed(file, `it is signed with another key (${fingerprint})`);
  const own = publicKeyOf(home);
  const by = own === signature.publicKey ? 'this home' : 'another home';
  const { verification, issuedAt, issuedBy } = page.data.content;
  const { promises, verdict, dataCenter, live } = verification;
  out.answer(
    { file, verdict, fingerprint, ownKey: own === signature.publicKey, compared: shows, issuedAt, issuedBy },
    () => {
      out.line(`The signature of ${file} is valid. Signed by ${by}, key ${fingerprint}.`);
      if (own !== signature.publicKey && expected === undefined)
        out.line('Anyone can make a key: compare it with the one that its owner gives you, or pass it with --key.');
      if (shows === null && text.includes('<html'))
        out.line('What the page shows was not compared: another version of Atoll made it. This is what was signed:');
      out.line(`${dataCenter}, ${issuedAt}, by ${issuedBy}: ${verdict}${live ? ', measured' : ', not measured'}`);
      for (const { promise, state, findings } of promises) {
        out.line(`  ${state.replace('_', ' ').padEnd(10)} ${promise.sentence}`);
        for (const { message } of findings) out.line(`             ${textOf(message)}`);
      }
    },
  );
}

const notAPage = (file: string, why: string): AppError =>
  new AppError('BAD_INPUT', `${file} is not a page of promises: ${why}`, {
    field: 'page',
    remedy: note('Make one with: atoll verify --html FILE'),
  });

const changed = (file: string, why: string): AppError =>
  new AppError('FORBIDDEN', `${file} must not be trusted: ${why}`, {
    field: 'page',
    remedy: note('Ask whoever made it for the original.'),
  });
