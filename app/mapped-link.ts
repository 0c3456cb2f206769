import type { AppError } from '../contract/app-error';

type ToError = (error: unknown) => Promise<AppError>;

/** Wraps the answer of a call: a stream's errors are mapped as they come, and its return() still reaches the engine. */
export function mapAnswer(answer: unknown, toError: ToError): unknown {
  return isStream(answer) ? mapStream(answer, toError) : answer;
}

function isStream(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}

function mapStream(stream: AsyncIterator<unknown>, toError: ToError): AsyncIterableIterator<unknown> {
  const mapped = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw await toError(error);
    }
  };
  return {
    next: () => mapped(stream.next()),
    return: async (value?: unknown) => {
      if (stream.return) await mapped(stream.return());
      return { done: true, value };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
