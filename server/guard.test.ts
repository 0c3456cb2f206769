import { describe, expect, it } from 'vitest';
import { browserOf, cookiesOf, digestOf, refusalOf, sameDigest, targetOf } from './guard';

describe('refusalOf', () => {
  it.each(['127.0.0.1:8080', 'localhost:8080', '[::1]:8080'])('takes %s', (host) => {
    expect(refusalOf({ host }, 8080, false)).toBeNull();
    expect(refusalOf({ host, origin: `http://${host}` }, 8080, true)).toBeNull();
  });

  it.each([
    undefined,
    '',
    'evil.example:8080',
    '127.0.0.1',
    '127.0.0.1:8081',
    'localhost:8080.evil.example',
    '127.0.0.1:8080@evil.example',
  ])('refuses the host %s', (host) => {
    expect(refusalOf({ host }, 8080, false)).toBe('foreign host');
  });

  it.each(['http://evil.example', 'null', 'https://127.0.0.1:8080', 'http://localhost:8080', 'http://127.0.0.1:8081'])(
    'refuses the origin %s of a page at 127.0.0.1',
    (origin) => {
      expect(refusalOf({ host: '127.0.0.1:8080', origin }, 8080, false)).toBe('foreign origin');
      expect(refusalOf({ host: '127.0.0.1:8080', origin }, 8080, true)).toBe('foreign origin');
    },
  );

  it('wants an origin of an upgrade, not of a plain request', () => {
    expect(refusalOf({ host: '127.0.0.1:8080' }, 8080, true)).toBe('no origin');
    expect(refusalOf({ host: '127.0.0.1:8080' }, 8080, false)).toBeNull();
  });
});

describe('cookiesOf', () => {
  it('finds a cookie among others, and no other of a like name', () => {
    const headers = { cookie: 'a=1; xatoll-80=no; atoll-80=yes=; atoll-8=no' };
    expect(cookiesOf(headers, 'atoll-80')).toEqual(['yes=']);
    expect(cookiesOf(headers, 'atoll')).toEqual([]);
    expect(cookiesOf({}, 'atoll-80')).toEqual([]);
  });

  it('finds all values of a name, in a bounded number', () => {
    expect(cookiesOf({ cookie: 'atoll-80=planted; atoll-80=ours' }, 'atoll-80')).toEqual(['planted', 'ours']);
    expect(cookiesOf({ cookie: 'a=1;'.repeat(5_000) }, 'a')).toHaveLength(32);
  });
});

describe('targetOf', () => {
  it('reads paths, and answers null for what is no target', () => {
    expect(targetOf({ url: '/hosts?q=1' }, '127.0.0.1:80')?.pathname).toBe('/hosts');
    expect(targetOf({ url: 'http://[' }, '127.0.0.1:80')).toBeNull();
  });
});

describe('browserOf', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chromium 140 on Linux',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0', 'Firefox 142 on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge 140 on Windows'],
    ['\u001b]0;x\u0007<b>', 'unknown program'],
    [undefined, 'unknown program'],
  ])('describes %s', (agent, words) => {
    expect(browserOf(agent === undefined ? {} : { 'user-agent': agent })).toBe(words);
  });
});

describe('sameDigest', () => {
  it('compares any two texts', () => {
    const same = (a: string, b: string): boolean => sameDigest(digestOf(a), digestOf(b));
    expect(same('abc', 'abc')).toBe(true);
    expect(same('abc', 'abcd')).toBe(false);
    expect(same('', 'x')).toBe(false);
  });
});
