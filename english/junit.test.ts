import { expect, it } from 'vitest';
import type { Verification } from '../contract';
import { promisePageHtml } from './promise-page/html';
import { promisePageData, showsItsData } from './promise-page/read';
import { junitOf } from './junit';

const ID = '0193a1b2-0000-7000-8000-000000000001';
const AT = '2026-01-01T00:00:00.000Z';
const NASTY = `a"b'</script><x>&\u0007\uD800\nz`;
const verification = (state: 'kept' | 'broken' | 'unknown' = 'broken'): Verification => ({
  format: 'atoll.verification/1',
  at: AT,
  version: '1.2.3',
  storeId: ID,
  dataCenter: NASTY,
  live: true,
  verdict: 'broken',
  promises: [
    {
      state,
      promise: {
        ...{ id: ID, dataCenterId: ID, sentence: NASTY, kind: 'never_reach', who: [], to: [], through: [] },
        ...{
          maxAgeMinutes: null,
          ports: [],
          severity: 'refuse',
          note: NASTY,
          state: 'kept',
          since: AT,
          findings: [],
          createdAt: AT,
        },
      },
      findings: [
        {
          message: {
            type: 'promise.measured',
            params: { from: NASTY, to: 'db', what: 'ping', predicted: false, measured: true, detail: NASTY },
          },
          path: [],
          remedy: null,
        },
      ],
      measurements: [
        {
          ...{ from: NASTY, to: 'db', networkId: ID, hostId: ID, by: 'probe', what: 'icmp', port: null },
          ...{ predicted: false, measured: true, detail: NASTY, at: AT },
        },
      ],
    },
  ],
});

it('writes a report that is well-formed XML whatever the names are', () => {
  const xml = junitOf(verification());
  expect(xml).toContain('<testsuites name="Atoll promises" tests="1" failures="1" errors="0" skipped="0">');
  expect(xml).toContain('name="a&quot;b&apos;&lt;/script&gt;&lt;x&gt;&amp;\\u{7}\uFFFD&#10;z"');
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  // Each < begins a tag that is known, and no text has one.
  expect([...xml.matchAll(/<\/?([a-z?-]+)/g)].map(([, tag]) => tag)).not.toContain('x');
  expect(junitOf(verification('kept'))).not.toContain('<failure');
  expect(junitOf(verification('unknown'))).toContain('errors="1"');
});

it('puts its data into the page, and finds a page that shows something else', () => {
  const page = {
    content: {
      format: 'atoll.promise-page/1' as const,
      issuedAt: AT,
      issuedBy: NASTY,
      verification: verification(),
      breaches: [],
      certificates: [],
    },
    signature: { algorithm: 'ed25519' as const, sha256: 'ab', publicKey: 'cd', signature: 'ef' },
  };
  const text = promisePageHtml(page);
  expect(text).not.toContain('<x>');
  expect(promisePageData(text)).toEqual(JSON.parse(JSON.stringify(page)));
  expect(showsItsData(text, page, '1.2.3')).toBe(true);
  expect(showsItsData(text.replace('BROKEN', 'Kept'), page, '1.2.3')).toBe(false);
  expect(showsItsData(text, page, '2.0.0')).toBeNull();
  expect(promisePageData(text + text)).toBeUndefined();
  expect(promisePageData(JSON.stringify(page))).toEqual(JSON.parse(JSON.stringify(page)));
});
