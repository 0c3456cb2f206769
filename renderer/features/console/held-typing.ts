/** More than anybody types while a line opens; what is longer is a paste, of which no part may get lost. */
const MOST_CHARS = 4096;

/**
 * What is typed into a terminal goes to the open line, or is held until the next one opens: a VM that has just started, or a line
 * that is being reopened, loses no key.
 */
export class HeldTyping {
  private held = '';
  private send: ((text: string) => void) | null = null;

  /** Sends or holds. What does not fit is dropped as a whole. */
  type(text: string): void {
    if (this.send !== null) this.send(text);
    else if (this.held.length + text.length <= MOST_CHARS) this.held += text;
  }

  /** From now on `send` gets what is typed, first what is held. */
  open(send: (text: string) => void): void {
    this.send = send;
    const { held } = this;
    this.drop();
    if (held !== '') send(held);
  }

  close(): void {
    this.send = null;
  }

  /** Forgets what is held: no line will open that it was meant for. */
  drop(): void {
    this.held = '';
  }
}
