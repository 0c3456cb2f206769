import type { Migration } from './migration';

/**
 * What events say, and the titles and results of jobs and their steps, become a type with params. What was written before is a sentence,
 * and stays one, of the type `text`.
 */
export const messages: Migration = {
  version: 15,
  name: 'messages',
  sql: `
UPDATE events SET message = json_object('type', 'text', 'params', json_object('text', message));
UPDATE jobs SET title = json_object('type', 'text', 'params', json_object('text', title));
UPDATE job_steps SET title = json_object('type', 'text', 'params', json_object('text', title)),
  message = iif(message IS NULL, NULL, json_object('type', 'text', 'params', json_object('text', message)));
`,
};
