import { describe, expect, it } from 'vitest';
import { cookieOf, refusalOf, sameSecret } from './guard';

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

describe('cookieOf', () => {
  it('finds a cookie among others, and no other of a like name', () => {
    const headers = { cookie: 'a=1; xatoll-80=no; atoll-80=yes=; atoll-8=no' };
    expect(cookieOf(headers, 'atoll-80')).toBe('yes=');
    expect(cookieOf(headers, 'atoll')).toBeNull();
    expect(cookieOf({}, 'atoll-80')).toBeNull();
  });
});

describe('sameSecret', () => {
  it('compares any two texts', () => {
    expect(sameSecret('abc', 'abc')).toBe(true);
    expect(sameSecret('abc', 'abcd')).toBe(false);
    expect(sameSecret('', 'x')).toBe(false);
  });
});
