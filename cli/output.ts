import { withTexts } from '../english/with-texts';
import { printable, safeJson } from './text/escape';
import { type Column, layFields, layTable } from './text/layout';

/** Where a command's answer goes: text for people, or JSON, on stdout; all that is said beside it on stderr. */
export class Output {
  constructor(
    readonly asJson: boolean,
    private readonly stdout: { write(text: string): unknown } = process.stdout,
    private readonly stderr: { write(text: string): unknown } = process.stderr,
  ) {}

  /** The command's answer: `value` with --json, else what `show` prints. */
  answer<T>(value: T, show: (value: T) => void): void {
    if (this.asJson) this.stdout.write(`${safeJson(withTexts(value), 2)}\n`);
    else show(value);
  }

  /** One value of an answer that follows something: a line of JSON, or text. */
  next<T>(value: T, show: (value: T) => void): void {
    if (this.asJson) this.stdout.write(`${safeJson(withTexts(value))}\n`);
    else show(value);
  }

  /** A line of text, made safe. */
  line(text = ''): void {
    this.stdout.write(`${printable(text)}\n`);
  }

  /** Text that is safe already (a completion script, a table). */
  raw(text: string): void {
    this.stdout.write(text);
  }

  table<T>(rows: readonly T[], columns: ReadonlyArray<Column<T>>, whenEmpty: string): void {
    if (rows.length === 0) this.line(whenEmpty);
    else this.raw(`${layTable(columns, rows).join('\n')}\n`);
  }

  fields(fields: Parameters<typeof layFields>[0]): void {
    this.raw(`${layFields(fields).join('\n')}\n`);
  }

  /** Something said beside the answer; nothing with --json. */
  note(text: string): void {
    if (!this.asJson) this.stderr.write(`${printable(text)}\n`);
  }
}
