import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** A serial line, by whatever way it was opened. */
export interface SerialLine {
  write(text: string): void;
  onText(listener: (text: string) => void): void;
  close(): void;
}

/** Milliseconds within which a guest has booted under TCG while others boot beside it. */
const BOOT_MS = 90_000;
const ANSWER_MS = 30_000;

/** The shell on a tiny guest's serial line: types a command, reads its answer. */
export class GuestShell {
  /** `said`: what the line has said before. */
  constructor(
    readonly vm: string,
    private readonly line: SerialLine,
    private said = '',
  ) {
    line.onText((text) => (this.said += text));
  }

  /** Waits until the guest's shell answers. What is typed into a guest that still boots is swallowed, so it is typed again. */
  async booted(): Promise<void> {
    const end = Date.now() + BOOT_MS;
    for (;;) {
      const answer = await this.answer('true', 1_000);
      if (answer) return;
      if (Date.now() > end)
        throw new Error(`${this.vm} has not booted; its console said ${JSON.stringify(this.tail())}`);
    }
  }

  /** Waits until the line has said `text`, within `ms`; resolves with all that it has said. Nothing is typed. */
  async heard(text: string, ms: number): Promise<string> {
    for (const end = Date.now() + ms; !this.said.includes(text); await sleep(20))
      if (Date.now() > end)
        throw new Error(`${this.vm} has not said ${JSON.stringify(text)}, but ${JSON.stringify(this.tail())}`);
    return this.said;
  }

  /** Runs a command in the guest; resolves with what it printed and its exit code. */
  async run(command: string): Promise<{ exit: number; output: string }> {
    const answer = await this.answer(command, ANSWER_MS);
    if (answer) return answer;
    throw new Error(`${this.vm} did not answer to ${command}; its console said ${JSON.stringify(this.tail())}`);
  }

  /** Whether one ping of two is answered. `address` may have its prefix length. */
  async pings(address: string): Promise<boolean> {
    return (await this.run(`ping -c 2 -W 2 ${address.split('/')[0]}`)).exit === 0;
  }

  close(): void {
    this.line.close();
  }

  /** The end is marked by a word that the typed line itself does not show: there it stands with `$?` after it. */
  private async answer(command: string, ms: number): Promise<{ exit: number; output: string } | null> {
    const word = randomBytes(4).toString('hex');
    const from = this.said.length;
    this.line.write(`${command}; echo "[${word}:$?]"\r`);
    const ended = new RegExp(`\\[${word}:(\\d+)\\]`);
    for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
      const match = ended.exec(this.said.slice(from));
      if (match) return { exit: Number(match[1]), output: this.said.slice(from, from + match.index) };
    }
    return null;
  }

  private tail(): string {
    return this.said.slice(-600);
  }
}
