import type { EngineConnection } from '../app/client';
import type { Home } from '../app/home';

/** One connection per command, opened on first use. */
export class Connector {
  private opened: EngineConnection | null = null;

  constructor(
    private readonly home: Home,
    private readonly daemon: readonly string[],
  ) {}

  async start(): Promise<EngineConnection> {
    const { connectOrStart } = await import('../app/start-engine');
    return (this.opened ??= await connectOrStart(this.home, { daemon: this.daemon }));
  }

  async running(): Promise<EngineConnection | null> {
    const { connectEngine } = await import('../app/client');
    return (this.opened ??= await connectEngine(this.home));
  }

  close(): void {
    this.opened?.close();
  }
}
