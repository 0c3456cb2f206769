import type { AppError } from '../contract/app-error';
import { errorText } from './report-error';
import { printable, safeJson } from './text/escape';
import { type Column, layFields, layTable } from './text/layout';

/** Where output goes: the answer, as text or JSON, to stdout; everything else to stderr. */
export class Output {
  /** `withTexts` adds the text of each message in an answer for --json; null: without --json. */
  constructor(
    private readonly withTexts: ((value: unknown) => unknown) | null,
    private readonly stdout: { write(text: string): unknown } = process.stdout,
    private readonly stderr: { write(text: string): unknown } = process.stderr,
  ) {}

  /** The texts of all messages are loaded for --json only. */
  static async open(asJson: boolean): Promise<Output> {
    return new Output(asJson ? (await import('../english/with-texts')).withTexts : null);
  }

  get asJson(): boolean {
    return this.withTexts !== null;
  }

  /** The command's answer: `value` with --json, else what `show` prints. */
  answer<T>(value: T, show: (value: T) => void): void {
    if (this.withTexts) this.stdout.write(`${safeJson(this.withTexts(value), 2)}\n`);
    else show(value);
  }

  /** One item of a stream: a line of JSON, or text. */
  next<T>(value: T, show: (value: T) => void): void {
    if (this.withTexts) this.stdout.write(`${safeJson(this.withTexts(value))}\n`);
    else show(value);
  }

  /** A line of text, escaped. */
  line(text = ''): void {
    this.stdout.write(`${printable(text)}\n`);
  }

  /** Text that is already safe (a completion script, a table). */
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

  /** An error beside other results; with --json it is part of the answer. */
  error(error: AppError): void {
    if (!this.asJson) this.stderr.write(errorText(error, false));
  }

  /** A message besides the answer; omitted with --json. */
  note(text: string): void {
    if (!this.asJson) this.stderr.write(`${printable(text)}\n`);
  }
}
