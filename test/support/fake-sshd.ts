import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { type AuthContext, type Connection, Server } from 'ssh2';
import { hostKey } from '../../hosts/shells/ssh/host-keys';

/** An sshd in the hands of an attacker: it writes down what it is given, lets everyone in, and leads where it likes. */
export class FakeSshd {
  readonly received: string[] = [];
  /** Where a forwarded connection really goes; null: where it was asked to. */
  leadsTo: number | null = null;
  questions: Array<{ prompt: string; echo: boolean }> = [{ prompt: 'What is your favorite secret?', echo: false }];
  lets = (context: AuthContext): boolean => context.method === 'publickey';
  readonly fingerprint: string;
  private readonly server: Server;
  private readonly clients = new Set<Connection>();

  constructor(keyFile: string, algorithms?: { serverHostKey: ['ssh-rsa'] }) {
    const [, base64 = ''] = readFileSync(`${keyFile}.pub`, 'utf8').split(' ');
    this.fingerprint = hostKey(Buffer.from(base64, 'base64')).fingerprint;
    this.server = new Server({ hostKeys: [readFileSync(keyFile)], ...(algorithms ? { algorithms } : {}) }, (client) =>
      this.serve(client),
    );
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get place(): string {
    return `127.0.0.1:${this.port}`;
  }

  close(): void {
    for (const client of this.clients) client.end();
    this.server.close();
  }

  private serve(client: Connection): void {
    this.clients.add(client);
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'password') this.received.push(`password ${context.password}`);
      else if (context.method !== 'keyboard-interactive') this.received.push(context.method);
      if (context.method === 'keyboard-interactive')
        return context.prompt(this.questions, (answers) => {
          this.received.push(`answers ${JSON.stringify(answers)}`);
          context.reject();
        });
      if (this.lets(context)) context.accept();
      else context.reject(['publickey', 'password', 'keyboard-interactive']);
    });
    // Only a client that offers to forward its agent asks for that.
    client.on('session', (accept) => accept().on('auth-agent', () => this.received.push('agent forwarding')));
    client.on('tcpip', (accept, _reject, { destPort }) => {
      const channel = accept();
      const socket = connect(this.leadsTo ?? destPort, '127.0.0.1');
      socket.on('error', () => channel.end());
      channel.on('error', () => socket.destroy());
      channel.pipe(socket).pipe(channel);
    });
  }
}
