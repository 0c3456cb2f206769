// The licenses of all that a package contains, as Debian wants them: /usr/share/doc/atoll/copyright.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/setup.mjs';

const RULE = '-'.repeat(80);

/**
 * `packages` are names of npm packages, `node` is the folder of the runtime, `debian` the Debian packages whose programs are
 * in the tiny guest. Throws for a package that does not say its license: it may not be shipped then.
 */
export function copyrightText({ packages, node, debian }) {
  const npm = packages.map(ofPackage);
  return [
    'Atoll is licensed under the Apache License, Version 2.0; on Debian its text is in /usr/share/common-licenses/Apache-2.0.',
    'It contains the works below, each under its own license.',
    '',
    RULE,
    'In the tiny guest (/usr/lib/atoll/dist/guest): programs of Debian, unchanged, under the GNU General Public License, version 2',
    '(/usr/share/common-licenses/GPL-2). Their sources are the Debian source packages',
    ...debian.map(
      ({ source, version }) =>
        `  ${source} ${version}: https://snapshot.debian.org/package/${source}/${encodeURIComponent(version)}/`,
    ),
    '',
    RULE,
    'Fonts (/usr/lib/atoll/dist/renderer/assets/RedHat*, from @patternfly/react-core): Red Hat Display, Text and Mono, Copyright 2021',
    'The Red Hat Project Authors (https://github.com/RedHatOfficial/RedHatFont), under the SIL Open Font License, Version 1.1',
    '(https://openfontlicense.org).',
    '',
    RULE,
    'Packages from npm:',
    ...npm.map(({ name, version, license }) => `  ${name} ${version}: ${license}`),
    '',
    ...byText(npm).flatMap(({ names, text }) => [RULE, `${names.join(', ')}:`, '', text, '']),
    RULE,
    'Node.js (/usr/lib/atoll/node):',
    '',
    readFileSync(join(node, 'LICENSE'), 'utf8').trim(),
    '',
  ].join('\n');
}

/** Licenses under which works may be shipped together with ours, unchanged; each is named with its text. */
const KNOWN = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'EPL-2.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
]);

/** Whether a license, an SPDX expression, is one that we may ship: of alternatives one, of several all. */
export function isKnown(license) {
  const of = (words) => words.replaceAll(/[()]/g, '').trim();
  return license.split(/\s+OR\s+/).some((way) => way.split(/\s+AND\s+/).every((one) => KNOWN.has(of(one))));
}

/** The same as one text for packages that are not Debian's: LICENSES.txt beside the program. */
export function noticesText(packages) {
  const npm = packages.map(ofPackage);
  return [
    'Atoll is licensed under the Apache License, Version 2.0 (https://www.apache.org/licenses/LICENSE-2.0).',
    'It contains the works below, each under its own license; those of Electron and Chromium are in LICENSE.electron.txt and',
    'LICENSES.chromium.html.',
    '',
    'Fonts: Red Hat Display, Text and Mono, Copyright 2021 The Red Hat Project Authors',
    '(https://github.com/RedHatOfficial/RedHatFont), SIL Open Font License, Version 1.1 (https://openfontlicense.org).',
    '',
    ...npm.map(({ name, version, license }) => `  ${name} ${version}: ${license}`),
    '',
    ...byText(npm).flatMap(({ names, text }) => [RULE, `${names.join(', ')}:`, '', text, '']),
  ].join('\n');
}

export function ofPackage(name) {
  const folder = join(ROOT, 'node_modules', name);
  const { version, license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const declared =
    typeof license === 'string' ? license : (license?.type ?? licenses?.map(({ type }) => type).join(' or '));
  const file = readdirSync(folder)
    .filter((entry) => /^(licen[cs]e|copying)/i.test(entry))
    .sort()[0];
  if (declared === undefined || !isKnown(declared))
    throw new Error(`the license of ${name} (${declared ?? 'it names none'}) is not one of those that may be shipped`);
  const text =
    file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : null;
  return { name, version, license: declared, text };
}

/** Many share one text word for word; it is printed once. */
function byText(packages) {
  const names = new Map();
  for (const { name, text } of packages) if (text !== null) names.set(text, [...(names.get(text) ?? []), name]);
  return [...names].map(([text, of]) => ({ text, names: of }));
}
