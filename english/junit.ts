import { visibleText } from '../contract/visible-text';
import type { Measurement, Verification, VerifiedPromise } from '../contract';
import { pathText } from './promise-path';
import { textOf } from './text-of';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
};
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
/** Also without what XML 1.0 forbids: control characters, lone surrogates, and U+FFFE and U+FFFF. */
const escape = (text: string): string =>
  visibleText(text)
    .replace(LONE_SURROGATE, '\uFFFD')
    .replace(/[\uFFFE\uFFFF\r]/g, '\uFFFD')
    .replace(/[&<>"'\n\t]/g, (char: string) => ESCAPES[char] ?? '');

/** A verification as a JUnit report: a broken promise is a failure, one that is unknown an error. */
export function junitOf({ dataCenter, at, promises }: Verification): string {
  const broken = promises.filter(({ state }) => state === 'broken').length;
  const untold = promises.filter(({ state }) => state === 'unknown' || state === 'no_subject').length;
  const counts = `tests="${promises.length}" failures="${broken}" errors="${untold}" skipped="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Atoll promises" ${counts}>`,
    `  <testsuite name="${escape(dataCenter)}" ${counts} timestamp="${escape(at)}">`,
    ...promises.map((one) => testCase(one, dataCenter)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ promise, state, findings, measurements }: VerifiedPromise, dataCenter: string): string {
  const lines = findings.map(
    ({ message, path }) => `${textOf(message)}${path.length === 0 ? '' : `: ${pathText(path)}`}`,
  );
  const measured = measurements.map(measurementText);
  const out = measured.length === 0 ? '' : `<system-out>${escape(measured.join('\n'))}</system-out>`;
  const head = `    <testcase classname="${escape(dataCenter)}" name="${escape(promise.sentence)}"`;
  if (state === 'kept') return out === '' ? `${head}/>` : `${head}>${out}</testcase>`;
  const kind = state === 'broken' ? 'failure' : 'error';
  const first = escape(lines[0] ?? state);
  return `${head}><${kind} type="${state}" message="${first}">${escape(lines.join('\n'))}</${kind}>${out}</testcase>`;
}

/** `web -> db (ARP, probe): predicted reaches, measured does not reach: no answer` */
export function measurementText({ from, to, by, what, port, predicted, measured, detail }: Measurement): string {
  const said = (value: boolean | null, unsaid: string): string =>
    value === null ? unsaid : value ? 'reaches' : 'does not reach';
  const how = `${what === 'tcp' ? `TCP ${port ?? ''}` : what.toUpperCase()}, ${by === 'agent' ? 'in the guest' : 'probe'}`;
  return `${from} -> ${to} (${how}): predicted ${said(predicted, 'unknown')}, measured ${said(measured, 'nothing')}: ${detail}`;
}
