/** Writes what is made from our sources: docs/cli.md (cli/docs.ts), docs/ovirt-api.md (ovirt/docs.ts) and docs/schema/lab-1.json (contract/labfile-schema.ts). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { madeTexts } from './lib/made-texts.mjs';
import { ROOT } from './lib/setup.mjs';

const { cliReference, exampleFiles, labFileSchema, routesPage } = await madeTexts();
writeFileSync(join(ROOT, 'docs', 'cli.md'), cliReference());
const knownRoutes = readFileSync(join(ROOT, 'ovirt', 'known-routes.txt'), 'utf8');
writeFileSync(
  join(ROOT, 'docs', 'ovirt-api.md'),
  await format(routesPage(knownRoutes), { parser: 'markdown', printWidth: 140 }),
);
mkdirSync(join(ROOT, 'docs', 'schema'), { recursive: true });
writeFileSync(join(ROOT, 'docs', 'schema', 'lab-1.json'), labFileSchema());
mkdirSync(join(ROOT, 'docs', 'labs'), { recursive: true });
for (const { name, text } of exampleFiles()) writeFileSync(join(ROOT, 'docs', 'labs', name), text);
