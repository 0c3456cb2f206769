/** What the engine may use of Node beyond runtime.d.ts: bytes, copies, turns of the loop, random bytes. No I/O. */
declare class Buffer extends Uint8Array<ArrayBuffer> {
  static alloc(size: number): Buffer;
  static byteLength(text: string): number;
  static concat(list: readonly Uint8Array[]): Buffer;
  static from(bytes: Uint8Array): Buffer;
  static from(text: string, encoding?: 'base64' | 'utf8'): Buffer;
  subarray(start?: number, end?: number): Buffer;
  toString(encoding?: 'base64' | 'utf8', start?: number, end?: number): string;
}
declare function setImmediate(run: (value: void) => void): unknown;
declare function structuredClone<T>(value: T): T;
declare const crypto: { getRandomValues<T extends Uint8Array>(bytes: T): T };

declare module 'node:events' {
  export function setMaxListeners(most: number, ...targets: AbortSignal[]): void;
}
declare module 'node:util' {
  export function isDeepStrictEqual(one: unknown, other: unknown): boolean;
}
