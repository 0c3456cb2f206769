import { describe, expect, it } from 'vitest';
import { buildProgram } from '../cli/program';
import type { Input } from '../cli/input';
import type { CommandSpec } from '../cli/spec';
import { type Action, contract, REMEDY_INPUTS, type RemedyProcedure, readRemedy, note, run } from '../contract';
import { argvOf, commandOf, hintOf, labelOf, remedyText } from './remedies';

const PROCEDURES = Object.keys(REMEDY_INPUTS) as RemedyProcedure[];

/** Names that a command line could take for something else. */
const HOSTILE = ['web 1', '-n', '--help', "it's; $(reboot)", 'HOST', '', 'ünï'];

/** An input with every value that may be known. */
function inputWith(procedure: RemedyProcedure, name: string): Action {
  const fill = (schema: { def: { type: string } }): unknown => {
    const { type } = schema.def;
    const inner = schema as never as { unwrap(): never; shape: Record<string, never>; element: never; value: unknown };
    if (type === 'optional') return fill(inner.unwrap());
    if (type === 'object')
      return Object.fromEntries(Object.entries(inner.shape).map(([key, value]) => [key, fill(value)]));
    if (type === 'array') return [fill(inner.element)];
    if (type === 'literal') return inner.value;
    return name;
  };
  return { procedure, input: fill(REMEDY_INPUTS[procedure]) } as Action;
}

/** What the command line makes of it; throws for a command or an option that it does not have. */
async function parsed(argv: readonly string[]): Promise<{ spec: CommandSpec; input: Input }> {
  const seen: { spec: CommandSpec; input: Input }[] = [];
  await buildProgram((spec, input) => {
    seen.push({ spec, input });
    return Promise.resolve();
  }).parseAsync([...argv], { from: 'user' });
  const [only] = seen;
  if (only === undefined) throw new Error(`no command: ${argv.join(' ')}`);
  return only;
}

describe('remedies', () => {
  it.each(PROCEDURES)('%s: the command line has the command, with and without what is known', async (procedure) => {
    for (const action of [{ procedure, input: {} } as Action, ...HOSTILE.map((name) => inputWith(procedure, name))])
      await expect(parsed(argvOf(action)), commandOf(action)).resolves.toBeDefined();
  });

  it.each(HOSTILE.filter((name) => name !== ''))('a name reaches the command as it is: %s', async (name) => {
    const { spec, input } = await parsed(argvOf({ procedure: 'vms.move', input: { vm: name, host: name } }));
    expect(spec.path).toEqual(['vm', 'move']);
    expect([input.arg('VM'), input.text('host')]).toEqual([name, name]);
  });

  it.each(PROCEDURES.filter((name) => name !== 'app.start' && name !== 'hosts.nics'))(
    '%s: is a procedure of the contract, and takes these fields',
    (procedure) => {
      const [area = '', verb = ''] = procedure.split('.');
      const found = (contract as unknown as Record<string, Record<string, { '~orpc': { inputSchema?: unknown } }>>)[
        area
      ]?.[verb];
      expect(found).toBeDefined();
      const schema = found?.['~orpc'].inputSchema as { shape?: object } | undefined;
      const known = Object.keys(schema?.shape ?? {});
      expect(Object.keys(REMEDY_INPUTS[procedure].shape).filter((field) => !known.includes(field))).toEqual([]);
    },
  );

  it.each(PROCEDURES)('%s: has a label in the imperative, without punctuation', (procedure) => {
    const label = labelOf({ procedure, input: {} } as Action);
    expect(label).toMatch(/^[A-Z][A-Za-z' ]+$/);
  });

  it('reads as sentences in a terminal and on a screen', () => {
    const remedy = run('hosts.activate', { host: "it's" }, 'It is in maintenance.');
    expect(hintOf(remedy)).toBe(`It is in maintenance. Activate the host: atoll host activate 'it'\\''s'`);
    expect(remedyText(remedy)).toBe('It is in maintenance. Activate the host.');
    expect(hintOf(run('networks.attach', { network: 'blue' }))).toBe(
      'Attach the network to the cluster: atoll network attach blue --cluster CLUSTER',
    );
    expect(hintOf(note('Choose another name.'))).toBe('Choose another name.');
  });

  it('are read with care: what this version does not know is left out', () => {
    const known = run('vms.start', { vm: 'db' }, 'It is down.');
    expect(readRemedy(JSON.parse(JSON.stringify(known)))).toEqual(known);
    expect(readRemedy({ note: 'Wait.', action: { procedure: 'vms.explode', input: {} } })).toEqual(note('Wait.'));
    expect(readRemedy({ note: null, action: { procedure: 'vms.start', input: { vm: 7 } } })).toBeNull();
    for (const odd of [null, undefined, 'text', 5, [], {}, { note: '' }, { note: 7, action: [] }])
      expect(readRemedy(odd)).toBeNull();
  });
});
