/** What the frame does on request of an action that has no object: the palette and the keys ask for the same. */
export type FrameRequest = 'undo' | 'theme' | 'shortcuts';

const handlers = new Map<FrameRequest, () => void>();

/** Sets what a request does; returns how to take it back. */
export function answer(request: FrameRequest, handler: () => void): () => void {
  handlers.set(request, handler);
  return () => {
    if (handlers.get(request) === handler) handlers.delete(request);
  };
}

export const ask = (request: FrameRequest): void => handlers.get(request)?.();
