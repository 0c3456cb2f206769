/** Writes docs/cli.md from the table of commands (cli/docs.ts). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliTexts } from './lib/cli-texts.mjs';
import { ROOT } from './lib/setup.mjs';

const { cliReference } = await cliTexts();
writeFileSync(join(ROOT, 'docs', 'cli.md'), cliReference());
