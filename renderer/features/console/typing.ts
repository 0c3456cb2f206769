/** `vms.consoleWrite` and `vms.screenWrite` accept at most 64 KiB at a time. */
const MOST_BYTES = 48 * 1024;

/** `createSending` for text. */
export function createTyping(
  send: (data: string) => Promise<unknown>,
  onError: (error: unknown) => void,
): (text: string) => void {
  const encoder = new TextEncoder();
  const say = createSending(send, onError);
  return (text) => say(encoder.encode(text));
}

/**
 * Sends bytes in order, one call at a time; input that arrives during a call is copied and sent with the next one. `send` takes
 * base64. A failed call stops sending; `onError` is called once.
 */
export function createSending(
  send: (data: string) => Promise<unknown>,
  onError: (error: unknown) => void,
): (bytes: Uint8Array) => void {
  let waiting: Uint8Array = new Uint8Array();
  let busy = false;
  const pump = async (): Promise<void> => {
    busy = true;
    try {
      while (waiting.length > 0) {
        const now = waiting.subarray(0, MOST_BYTES);
        waiting = waiting.subarray(MOST_BYTES);
        await send(toBase64(now));
      }
    } catch (error) {
      waiting = new Uint8Array();
      onError(error);
    } finally {
      busy = false;
    }
  };
  return (bytes) => {
    const joined = new Uint8Array(waiting.length + bytes.length);
    joined.set(waiting);
    joined.set(bytes, waiting.length);
    waiting = joined;
    if (!busy) void pump();
  };
}

/** Converts bytes to base64 in chunks: `String.fromCharCode` takes its arguments on the stack. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

export function fromBase64(data: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
}
