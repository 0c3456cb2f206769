import type { Plugin } from 'esbuild';

/** Leaves out of bundled packages what each start would pay for and nearly none needs. */
export const leanPackages: Plugin;
