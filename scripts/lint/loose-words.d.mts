import type { Rule } from 'eslint';

export const looseWords: Rule.RuleModule;
