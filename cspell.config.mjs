/**
 * The spelling of everything a person reads, names in code included, in `npm test -- static`. The product's own terms are in
 * scripts/lint/terms.txt, sorted; a word that is not a term of the product or its field does not belong there.
 */

/** Words and phrases that are never the right ones, each with what to write. cspell reports the right side as its suggestion. */
const NEVER = {
  anew: 'again',
  'by itself': 'automatically',
  'by themselves': 'automatically',
  'came about': 'took effect',
  'can not': 'cannot',
  'come about': 'take effect',
  deed: 'action',
  deeds: 'actions',
  'give back': 'release',
  'given back': 'released',
  'gives back': 'releases',
  'goes on': 'continues',
  hears: 'reaches',
  'let go': 'release',
  'lets go': 'releases',
  meanwhile: 'in the meantime',
  mischief: 'fault plan',
  picked: 'selected',
  'take away': 'remove',
  'taken away': 'removed',
  'takes away': 'removes',
  'throw-away': 'temporary',
  told: 'reported',
  'under way': 'running',
  wish: 'desired state',
  wished: 'desired',
  wishes: 'desired state',
};

// Never edited once released.
const MIGRATIONS = ['db/migrations/**'];

/** Names of the API and of stored data, with the files that use them: renaming them would break data. */
const STORED_NAMES = {
  hears: [
    'contract/model/map.ts',
    'cli/run/map.ts',
    'engine/islands/{islands.ts,islands.test.ts}',
    'engine/vms/vms.test.ts',
    'renderer/features/map/{model,reach}.ts',
    'test/support/map-scene.ts',
  ],
  // In a store of an older version.
  xletgo: ['db/testing/store-13.sql'],
  mischief: [
    'engine/ports/hosts.ts',
    'engine/scenarios/{building,scenario}.ts',
    'engine/scenarios/definitions/bad-day.ts',
    'hosts/simulated/{README.md,simulated-host.ts,fault-schedule.test.ts}',
  ],
};

// cspell flags single words: a phrase becomes one before it looks.
const isPhrase = (words) => /\W/.test(words);
const oneWord = (words) => (isPhrase(words) ? `x${words.replaceAll(/\W/g, '')}` : words);
const capitalized = (words) => words[0].toUpperCase() + words.slice(1);
const phrases = Object.keys(NEVER).filter(isPhrase);

export default {
  version: '0.2',
  language: 'en-US',
  useGitignore: true,
  files: ['**/*.{ts,tsx,mts,mjs,cjs,js,css,html,md,yml,yaml,sh}', '.ci/run', 'bin/atoll', 'packaging/**'],
  enableGlobDot: true,
  ignorePaths: [
    '.git/**',
    'cspell.config.mjs',
    'scripts/lint/*.txt',
    '**/*.{json,png,ico,icns,svg,snap}',
    // Drafts of the design, kept as they were written.
    'docs/design/**',
    // Definitions of VMs as other tools write them.
    'test/fixtures/domains/*.xml',
    // Paths of oVirt's API.
    'ovirt/known-routes.txt',
    // Bitmaps of glyphs.
    'hosts/simulated/bitmap-font.ts',
  ],
  dictionaryDefinitions: [
    { name: 'terms', path: './scripts/lint/terms.txt' },
    // Typos that tests type on purpose, and names that they make up.
    { name: 'test-words', path: './scripts/lint/test-words.txt' },
  ],
  dictionaries: ['terms'],
  // Character classes, magic numbers of files, and letters behind a backslash of another language.
  ignoreWords:
    'abcdefghijklmpstxz abdefgmrsu atollanybridge bfnrt conectix cowd cxpt ffile iarguments ifaliasz inoun ioptions kdmv licen passw pwrf qxqp spac vhdxfile withou zgzip'.split(
      ' ',
    ),
  ignoreRegExpList: [
    // Escapes in strings, and what is no prose: keys and hashes, letters with accents in tests of hostile names.
    /\\(x[\da-f]{2}|u[\da-f]{4}|u\{[\da-f]+\}|[bfnrtv])/gi,
    /[\w+/]{40,}=*|AAAA[\w+/=.]*/g,
    /\p{L}*[^\p{ASCII}\P{L}]\p{L}*/gu,
  ].map(String),
  substitutionDefinitions: [
    {
      name: 'phrases',
      entries: [
        ...phrases.flatMap((words) => [words, capitalized(words)].map((each) => [each, oneWord(words)])),
        // The longest match is taken: these only begin like a phrase.
        ...['goes only', 'goes one', 'let gone'].map((words) => [words, words]),
      ],
    },
  ],
  substitutions: ['phrases'],
  flagWords: Object.entries(NEVER).map(([never, better]) => `${oneWord(never)}->${better}`),
  overrides: [
    { filename: ['**/*.test.{ts,tsx}', 'test/**'], dictionaries: ['test-words'] },
    // Paths of oVirt's API.
    { filename: 'docs/ovirt-api.md', ignoreRegExpList: [String(/`\/[^`]*`/g)] },
    ...Object.entries(STORED_NAMES).map(([name, filename]) => ({ filename, ignoreWords: [name] })),
    {
      filename: MIGRATIONS,
      language: 'en-US,en-GB',
      ignoreWords: Object.keys(NEVER).map(oneWord),
    },
  ],
};
