import { expect, it } from 'vitest';
import { lookAlike } from './look-alike';

const web = [{ name: 'web' }, { name: '\u0441lass' }, { name: 'B\u00fcro' }];

it('warns of a name that differs only in letters of another script', () => {
  expect(lookAlike('w\u0435b', web)).toContain('"web"');
  expect(lookAlike('\uff57eb', web)).toContain('"web"');
  expect(lookAlike('class', web)).toContain('"\u0441lass"');
  expect(lookAlike('Bu\u0308ro', web)).toContain('"B\u00fcro"');
});

it('warns of a name that differs only in case, or in what is not seen', () => {
  expect(lookAlike('Web', web)).toBe('"web" exists, and differs only in upper and lower case.');
  expect(lookAlike('W\u0415b', web)).toContain('letters of another script');
  expect(lookAlike('web', [{ name: 'we\u200bb' }])).toContain('Looks like');
});

it('says nothing of a name that is taken, or looks different', () => {
  for (const name of ['web', 'web1', 'wob', '', '\u0434\u043e\u043c']) expect(lookAlike(name, web)).toBeUndefined();
});
