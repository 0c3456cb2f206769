import { describe, expect, it } from 'vitest';
import { parsedFile } from '../engine/labfile/parse';
import { createLabTexts } from './lab-texts';

const LAB = 'atoll: 1\ndataCenter: Default\nvms:\n  - name: web\n';

describe('the thread that reads lab files', () => {
  it('hands back the file and where each thing stands', async () => {
    const { file, lineOf } = parsedFile(await createLabTexts().read(LAB));
    expect(file.vms[0]?.name).toBe('web');
    expect(lineOf(['vms', 0, 'name'])).toBe(4);
  });

  it('says what is wrong in the words of the parser', async () => {
    const refused = createLabTexts().read(`${LAB}    color: red\n`);
    await expect(refused).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'vms[0]', name: 'AppError' });
    await expect(createLabTexts().read('a: &a [x]\n')).rejects.toThrow(/^line 1: anchors/);
  });

  it('is ended when its time is up, while this one answers others', async () => {
    const hung = createLabTexts({
      program: "require('node:worker_threads').parentPort.postMessage({ kind: 'begun' }); for (;;);",
      baseMs: 300,
    });
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 5);
    await expect(hung.read(LAB)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'text' });
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(5);
  });

  it('is ended when its memory is up', async () => {
    const program = 'const all = []; for (;;) all.push(new Array(100_000).fill(String(Math.random())));';
    await expect(createLabTexts({ program }).read(LAB)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/too much memory/) as string,
    });
  });

  it('that ends without a word is an error, not a wait', async () => {
    await expect(createLabTexts({ program: 'process.exit(3)' }).read(LAB)).rejects.toThrow(/ended with 3/);
  });

  it('gets no environment of the engine', async () => {
    const program = 'throw new Error(JSON.stringify(process.env))';
    await expect(createLabTexts({ program }).read(LAB)).rejects.toThrow('{}');
  });
});
