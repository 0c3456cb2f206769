import { type ClientContext, type ClientLink, type ClientOptions, mapEventIterator } from '@orpc/client';
import { hiddenText, mapTexts, visibleText } from '../../contract/visible-text';

const shown = (value: unknown): unknown => mapTexts(value, visibleText);

/** A thrown error is shown by its message and its data. */
function shownError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  error.message = visibleText(error.message);
  if ('data' in error) error.data = shown(error.data);
  return error;
}

const isStream = (value: unknown): value is AsyncIterator<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;

/**
 * Escapes invisible characters in all texts from the engine, so that they are safe to show, title or copy, and unescapes them in
 * texts that are sent back.
 */
export class VisibleLink implements ClientLink<ClientContext> {
  constructor(private readonly link: ClientLink<ClientContext>) {}

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    try {
      const output = await this.link.call(path, mapTexts(input, hiddenText), options);
      if (!isStream(output)) return shown(output);
      return mapEventIterator(output, {
        value: (value) => Promise.resolve(shown(value)),
        error: (error) => Promise.resolve(shownError(error)),
      });
    } catch (error) {
      throw shownError(error);
    }
  }
}
