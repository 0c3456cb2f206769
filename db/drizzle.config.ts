import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate` writes a draft here; the migration is then made from it by hand (db/README.md). */
export default defineConfig({
  dialect: 'sqlite',
  schema: './db/schema/*.ts',
  out: './db/drafts',
});
