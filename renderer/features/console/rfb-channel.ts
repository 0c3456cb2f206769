import type { ScreenChunk } from '../../../contract';
import { createSending, fromBase64 } from './typing';

/** The transport of a screen: `vms.screen` and `vms.screenWrite`. */
export interface ScreenCalls {
  open(signal: AbortSignal): Promise<AsyncIterable<ScreenChunk>>;
  write(screen: string, data: string): Promise<unknown>;
}

/**
 * An open screen with the properties of an open WebSocket or data channel, as noVNC requires. noVNC looks for each property on the
 * object or its class, including those that it only sets.
 */
export class RfbChannel {
  binaryType = 'arraybuffer';
  readonly protocol = '';
  readyState: 'open' | 'closing' | 'closed' = 'open';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  private failure: unknown = null;
  private readonly say: (bytes: Uint8Array) => void;

  private constructor(
    private readonly first: ScreenChunk,
    write: (data: string) => Promise<unknown>,
    private readonly chunks: AsyncIterator<ScreenChunk>,
    private readonly stop: AbortController,
  ) {
    this.say = createSending(write, (error) => {
      this.failure = error;
      this.close();
    });
  }

  /** Opens a screen; rejects if the engine refuses. Nothing is read before `follow`. */
  static async open(calls: ScreenCalls, stop: AbortController): Promise<RfbChannel> {
    const chunks = (await calls.open(stop.signal))[Symbol.asyncIterator]();
    const first = await chunks.next();
    if (first.done === true) throw new Error('The screen has ended before it began');
    return new RfbChannel(first.value, (data) => calls.write(first.value.screen, data), chunks, stop);
  }

  /** Delivers the server's data until the server or `close` ends it; rejects when the connection is lost. */
  async follow(): Promise<void> {
    try {
      this.hear(this.first);
      for (let next = await this.chunks.next(); next.done !== true; next = await this.chunks.next())
        this.hear(next.value);
    } catch (error) {
      // A cancelled stream ends with an error that carries no information.
      if (this.readyState === 'open') throw error;
    } finally {
      this.finish();
    }
    if (this.failure !== null) throw this.failure;
  }

  private hear({ data }: ScreenChunk): void {
    this.onmessage?.({ data: fromBase64(data).buffer });
  }

  /** `bytes` is a view of a buffer that noVNC reuses: it is copied before this returns. */
  send(bytes: Uint8Array): void {
    if (this.readyState === 'open') this.say(bytes);
  }

  close(): void {
    this.stop.abort();
    // Closing is asynchronous: noVNC cannot handle a close event within the call.
    queueMicrotask(() => this.finish());
    this.readyState = 'closing';
  }

  private finish(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.onclose?.({ code: 1000, reason: '' });
  }
}
