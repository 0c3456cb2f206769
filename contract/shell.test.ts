import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileRequest, placeOf, placeOfLink } from './shell';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('an external link', () => {
  it.each([
    ['atoll://', '/'],
    ['atoll://app', '/'],
    ['atoll://app/', '/'],
    ['ATOLL://networks', '/networks'],
    [`atoll://networks/${ID}`, `/networks/${ID}`],
    [`atoll://app/vms/${ID}/console`, `/vms/${ID}/console`],
    ['atoll://vms?q=web', '/vms?q=web'],
    ['atoll://activity?tab=events&severity=error', '/activity?tab=events&severity=error'],
    [`atoll:///?at=vm:${ID}`, `/?at=vm%3A${ID}`],
  ])('%s opens %s', (link, place) => expect(placeOfLink(link)).toBe(place));

  it.each([
    'https://evil.example/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'atoll:networks',
    'atoll://evil.example/networks',
    'atoll://app@evil.example/networks',
    'atoll://app.evil.example/',
    'atoll://networks/../../etc/passwd',
    'atoll://app//evil.example/networks',
    'atoll://networks/%2e%2e/vms',
    'atoll:////',
    'atoll:////[',
    'atoll:////a b:99999',
    'atoll://networks/not-an-id',
    'atoll://networks?new=true',
    'atoll://networks?q=<script>alert(1)</script>',
    'atoll://networks?token=x',
    'atoll://networks#x',
    'atoll://net works',
    'atoll://networks\nvms',
    'atoll://networks%00',
    'atoll://\\\\evil\\share',
    '--inspect=9229',
    '--no-sandbox',
    '',
    `atoll://vms?q=${'x'.repeat(2_000)}`,
  ])('%j opens nothing', (link) => expect(placeOfLink(link)).toBeNull());

  it('opens only a page of the app or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((rest) => `atoll://${rest}`),
        ),
        (link) => {
          const place = placeOfLink(link);
          if (place === null) return;
          expect(placeOf(place)).toBe(place);
          expect(new URL(place, 'https://app.test').origin).toBe('https://app.test');
        },
      ),
    );
  });
});

describe('a file request', () => {
  it.each([
    { use: 'shadow' },
    { use: 'disk', save: '../x' },
    { use: 'disk', save: '' },
    { use: 'key', path: '/etc' },
    null,
    'disk',
  ])('%j is refused', (request) => expect(FileRequest.safeParse(request).success).toBe(false));
  it('has a use, and the name of a new file', () => {
    expect(FileRequest.safeParse({ use: 'backup', save: 'atoll.db' }).success).toBe(true);
  });
});
