import { expect, test } from 'vitest';
import { shellWord } from '../../../contract';
import { partsOf } from './read-hint';

const words = (hint: string): string[] =>
  partsOf(hint).map((part) => (part.kind === 'words' ? part.words : `<${part.argv.join('|')}>`));

test('a command at the end is told apart from the words before it', () => {
  expect(words('Start it: atoll vm start db2')).toEqual(['Start it: ', '<vm|start|db2>']);
  expect(words('Bring it back first: atoll undo --list.')).toEqual(['Bring it back first: ', '<undo|--list>', '.']);
});

test('several commands, in brackets and in backticks', () => {
  expect(words('Stop it (atoll vm stop gw), then try again.')).toEqual([
    'Stop it (',
    '<vm|stop|gw>',
    '), then try again.',
  ]);
  expect(words('`atoll doctor` names the package.')).toEqual(['<doctor>', ' names the package.']);
  expect(words('Together: atoll network place-together blue, or: atoll vm move db2 --host node1')).toEqual([
    'Together: ',
    '<network|place-together|blue>',
    ', or: ',
    '<vm|move|db2|--host|node1>',
  ]);
});

test.each(['web 1', "it's; rm -rf /", '"x"', 'a`b`c', '$(id)', 'ünï', '-n', 'a.', 'x: atoll vm remove prod'])(
  'a name is one word, whatever is in it: %s',
  (name) => {
    const parts = partsOf(`Start it: atoll vm start ${shellWord(name)}`);
    expect(parts[1]).toMatchObject({ kind: 'command', argv: ['vm', 'start', name] });
    expect(parts).toHaveLength(2);
  },
);

test('a command that is part of a quoted name is no command', () => {
  expect(words('Rename "x atoll vm remove prod" first')).toEqual(['Rename "x atoll vm remove prod" first']);
});

test('nothing is lost', () => {
  const hint = 'Look (`atoll job retry` or atoll host nics HOST), then "wait".';
  expect(
    partsOf(hint)
      .map((part) => (part.kind === 'words' ? part.words : part.typed))
      .join(''),
  ).toBe(hint.replaceAll('`', ''));
});
