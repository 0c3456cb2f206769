import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { badRequest, Fault } from './wire/fault';
import type { RepCollection, RepDocument } from './wire/rep';
import { CONTENT_TYPES, type Format, writeCollection, writeDocument } from './wire/write';

/** More than any request of a client; a thousand attachments are a tenth of it. */
export const MOST_BODY_BYTES = 10 * 1024 * 1024;

const COMMON_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
} as const;

/** One request and its answer. */
export class Exchange {
  readonly method: string;
  readonly format: Format;
  readonly accept: string;
  #bodyRead = false;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    this.method = request.method ?? 'GET';
    this.accept = request.headers.accept ?? '';
    const [json, xml] = [this.accept.indexOf('json'), this.accept.indexOf('xml')];
    this.format = json >= 0 && (xml < 0 || json < xml) ? 'json' : 'xml';
  }

  header(name: string): string {
    const value = this.request.headers[name];
    return (Array.isArray(value) ? value.join(', ') : value) ?? '';
  }

  get #announcesBody(): boolean {
    const { headers } = this.request;
    return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  }

  /** The whole body, for a method that has one. @throws Fault 413; 400 for one that is not UTF-8 */
  async body(): Promise<string> {
    const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(this.header('content-type'))?.[1] ?? 'utf-8';
    if (!/^(utf-?8|us-ascii)$/i.test(charset)) throw notUtf8();
    if (!/^(identity)?$/i.test(this.header('content-encoding')))
      throw badRequest('Send the body without Content-Encoding');
    if (Number(this.request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) throw tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
    this.#bodyRead = true;
    const body = Buffer.concat(chunks);
    if (!isUtf8(body)) throw notUtf8();
    return body.toString('utf8');
  }

  /**
   * Begins the answer. A client may announce a body that it never sends (libgovirt repeats a GET so): whatever was not read is not
   * waited for, and the connection ends with the answer.
   */
  #begin(status: number, type: string | null, headers: Record<string, string | string[]>): void {
    const { response } = this;
    if (!this.#bodyRead && this.#announcesBody) {
      response.shouldKeepAlive = false;
      response.setHeader('Connection', 'close');
      response.once('finish', () => this.request.destroy());
    }
    response.writeHead(status, { ...COMMON_HEADERS, ...(type === null ? {} : { 'Content-Type': type }), ...headers });
  }

  text(status: number, type: string, text: string, headers: Record<string, string | string[]> = {}): void {
    const bytes = Buffer.from(text);
    this.#begin(status, type, { ...headers, 'Content-Length': String(bytes.length) });
    this.response.end(this.method === 'HEAD' ? undefined : bytes);
  }

  nothing(status: number, headers: Record<string, string | string[]> = {}): void {
    this.#begin(status, null, { ...headers, 'Content-Length': '0' });
    this.response.end();
  }

  document(status: number, document: RepDocument, headers: Record<string, string | string[]> = {}): void {
    this.text(status, CONTENT_TYPES[this.format], writeDocument(document, this.format), headers);
  }

  fault(fault: Fault, headers: Record<string, string | string[]> = {}): void {
    this.document(fault.status, { tag: 'fault', rep: fault.rep }, headers);
  }

  /** Writes a list as fast as the client reads it. */
  async collection(
    status: number,
    collection: RepCollection,
    headers: Record<string, string | string[]> = {},
  ): Promise<void> {
    this.#begin(status, CONTENT_TYPES[this.format], headers);
    if (this.method === 'HEAD') return void this.response.end();
    await pipeline(Readable.from(writeCollection(collection, this.format)), this.response);
  }

  /** Ends an answer that had begun, where the client sees that it is not whole. */
  break(): void {
    this.response.destroy();
  }

  async finished(): Promise<void> {
    if (!this.response.writableFinished) await once(this.response, 'close');
  }
}

/** A name in another encoding would be kept with U+FFFD in place of its letters. */
const notUtf8 = (): Fault => badRequest('Send the body in UTF-8');

const tooLarge = (): Fault =>
  new Fault(413, 'Request Entity Too Large', `A request has at most ${MOST_BODY_BYTES} bytes`);
