import tseslint from 'typescript-eslint';
import { looseWords } from './scripts/lint/loose-words.mjs';

export default tseslint.config(
  { ignores: ['dist/**', 'release/**', 'node_modules/**', 'coverage/**', 'test-results/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports (docs/architecture.md).' },
        ...['Literal[value=/[‘’“”]/]', 'TemplateElement[value.raw=/[‘’“”]/]', 'JSXText[value=/[‘’“”]/]'].map(
          (selector) => ({
            selector,
            message: 'Texts have straight quotes: a terminal shows them too (english/README.md).',
          }),
        ),
      ],
    },
  },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.tsx'],
    ignores: ['renderer/**/text.ts', 'renderer/**/*.test.{ts,tsx}'],
    plugins: { atoll: { rules: { 'loose-words': looseWords } } },
    rules: { 'atoll/loose-words': 'error' },
  },
  { files: ['*.config.ts', '*.config.js', '*.config.mjs', '**/*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
