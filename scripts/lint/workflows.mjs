// Checks the workflows of GitHub Actions with GitHub's own parser: names of keys, types, expressions, references between jobs.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from '../lib/setup.mjs';

const { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } = await bundled('@actions/workflow-parser');

/** The parser imports JSON in a way that only bundlers accept. */
async function bundled(name) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}'`, resolveDir: ROOT },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
  });
  const module = { exports: {} };
  new Function('module', 'require', outputFiles[0].text)(module, createRequire(import.meta.url));
  return module.exports;
}

/** The errors of a workflow, each with its place. */
export async function workflowErrors(name, content) {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  // What only the conversion finds, such as a job that needs one that is not there, is added to the context's errors.
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.join(ROOT, '.github', 'workflows');
  for (const name of readdirSync(folder)) {
    const errors = await workflowErrors(name, readFileSync(path.join(folder, name), 'utf8'));
    for (const error of errors) console.error(error);
    if (errors.length > 0) process.exitCode = 1;
  }
}
