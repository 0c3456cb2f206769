import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';

let isAllowed = false;

/** Runs `start`; the commands that it sends before it first waits may break promises, because a user has said so. */
export function allowingBreaks<T>(start: () => T): T {
  isAllowed = true;
  try {
    return start();
  } finally {
    isAllowed = false;
  }
}

/** Adds to the input of those commands that they may break promises. */
export class BreakingLink implements ClientLink<ClientContext> {
  constructor(private readonly link: ClientLink<ClientContext>) {}

  call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const isObject = typeof input === 'object' && input !== null;
    return this.link.call(path, isAllowed && isObject ? { ...input, breakPromises: true } : input, options);
  }
}
