import { DATA_BEGINS, DATA_ENDS, promisePageHtml } from './html';
import type { PromisePage } from '../../contract';

/** The signed data of a page, as it is: of an HTML file the data block, of a JSON file all of it. Undefined: it has none. */
export function promisePageData(text: string): unknown {
  const [before, data, ...more] = text.split(DATA_BEGINS);
  if (data === undefined) return parsed(before ?? '');
  return more.length > 0 ? undefined : parsed(data.split(DATA_ENDS)[0] ?? '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether an HTML page shows what its data say; null: a JSON file shows nothing, and another version's page looks otherwise. */
export function showsItsData(text: string, page: PromisePage, version: string): boolean | null {
  if (!text.includes(DATA_BEGINS) || page.content.verification.version !== version) return null;
  return promisePageHtml(page) === text;
}
