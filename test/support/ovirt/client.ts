import { request as httpRequest } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import { XmlDocument, XmlElement } from 'libxml2-wasm';

/** An element of an answer, read as a client reads it. */
export class Node {
  constructor(
    readonly name: string,
    readonly attributes: Readonly<Record<string, string>>,
    readonly children: readonly Node[],
    readonly text: string,
  ) {}

  get id(): string {
    return this.attributes['id'] ?? '';
  }
  get href(): string {
    return this.attributes['href'] ?? '';
  }
  /** The element at a path of names; throws where a client would fail on nothing. */
  at(...path: string[]): Node {
    const [name, ...rest] = path;
    if (name === undefined) return this;
    const next = this.children.find((each) => each.name === name);
    if (!next) throw new Error(`<${this.name}> has no <${name}>: ${this.children.map((each) => each.name).join(' ')}`);
    return next.at(...rest);
  }
  all(name: string): Node[] {
    return this.children.filter((each) => each.name === name);
  }
  has(name: string): boolean {
    return this.all(name).length > 0;
  }
  /** The text at a path. */
  str(...path: string[]): string {
    return this.at(...path).text;
  }
  /** As the SDK's `follow_link`: throws for a link that is not there. */
  link(rel: string): string {
    const found = this.all('link').find((each) => each.attributes['rel'] === rel);
    if (!found?.href) throw new Error(`<${this.name}> has no link ${rel}`);
    return found.href;
  }
  action(rel: string): string {
    const found = this.at('actions')
      .all('link')
      .find((each) => each.attributes['rel'] === rel);
    if (!found?.href) throw new Error(`<${this.name}> has no action ${rel}`);
    return found.href;
  }
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The document of an XML answer. */
  readonly xml: Node;
}

export interface Sent {
  readonly method?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?: string | null;
}

const read = (node: XmlElement): Node => {
  const children: Node[] = [];
  for (let each = node.firstChild; each !== null; each = each.next)
    if (each instanceof XmlElement) children.push(read(each));
  return new Node(
    node.name,
    Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
    children,
    children.length === 0 ? node.content : '',
  );
};

const parsed = (text: string): Node => {
  const document = XmlDocument.fromString(text);
  try {
    return read(document.root);
  } finally {
    document.dispose();
  }
};

/** A client that sends what the Python SDK sends: its headers, and XML. */
export class ApiClient {
  token: string | null = null;
  constructor(
    readonly port: number,
    readonly ca: string | null,
    /** For requests over one connection; false: each has its own. */
    readonly agent: Agent | false = false,
  ) {}

  send(path: string, { method = 'GET', body, headers = {}, auth }: Sent = {}): Promise<Reply> {
    const authorization = auth === undefined ? (this.token === null ? null : `Bearer ${this.token}`) : auth;
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: this.port,
        path,
        method,
        agent: this.agent,
        headers: {
          'User-Agent': 'PythonSDK/4.6.3',
          Version: '4',
          'Content-Type': 'application/xml',
          Accept: 'application/xml',
          ...(authorization === null ? {} : { Authorization: authorization }),
          ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      } as const;
      const sent =
        this.ca === null ? httpRequest(options) : httpsRequest({ ...options, ca: this.ca, servername: 'localhost' });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            get xml() {
              return parsed(text);
            },
          });
        });
      });
      sent.end(body);
    });
  }

  /** The SDK's sign-in. */
  async signIn(password: string, user = 'admin@internal'): Promise<Record<string, string>> {
    const form = new URLSearchParams({ grant_type: 'password', scope: 'ovirt-app-api', username: user, password });
    const { text } = await this.send('/ovirt-engine/sso/oauth/token', {
      method: 'POST',
      body: form.toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      auth: null,
    });
    const answer = JSON.parse(text) as Record<string, string>;
    this.token = answer['access_token'] ?? null;
    return answer;
  }

  get = (path: string): Promise<Reply> => this.send(of(path));
  post = (path: string, body = '<action/>'): Promise<Reply> => this.send(of(path), { method: 'POST', body });
  put = (path: string, body: string): Promise<Reply> => this.send(of(path), { method: 'PUT', body });
  delete = (path: string): Promise<Reply> => this.send(of(path), { method: 'DELETE' });

  /** The document of an answer that must be good. */
  async ok(answer: Promise<Reply>, ...statuses: number[]): Promise<Node> {
    const { status, text, xml } = await answer;
    if (!(statuses.length > 0 ? statuses : [200, 201]).includes(status)) throw new Error(`${status}: ${text}`);
    return xml;
  }
}

/** A path below the API's base, or one that an answer has named. */
const of = (path: string): string => (path.startsWith('/ovirt-engine/') ? path : `/ovirt-engine/api${path}`);
