import { AppError } from '../contract/app-error';
import type { ArgSpec, OptionSpec } from './option-spec';

/** The arguments and options, by their names in the command's spec. An unknown name is a programming error and throws. */
export class Input {
  constructor(
    private readonly specs: { args: readonly ArgSpec[]; options: readonly OptionSpec[] },
    private readonly argValues: ReadonlyMap<string, readonly string[]>,
    private readonly optionValues: ReadonlyMap<string, string | boolean | readonly string[]>,
  ) {}

  /** A required argument. */
  arg(name: string): string {
    const value = this.maybeArg(name);
    if (value === undefined) throw new AppError('BAD_INPUT', `${name} is missing.`, { field: name });
    return value;
  }

  maybeArg(name: string): string | undefined {
    return this.args(name)[0];
  }

  args(name: string): readonly string[] {
    if (!this.specs.args.some((spec) => spec.name === name)) throw new TypeError(`no argument ${name}`);
    return this.argValues.get(name) ?? [];
  }

  text(name: string): string | undefined {
    const value = this.value(name, 'text');
    return typeof value === 'string' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.value(name, 'flag') === true;
  }

  list(name: string): string[] {
    const value = this.value(name, 'list');
    return Array.isArray(value) ? [...(value as readonly string[])] : [];
  }

  /** Parses a number; the engine checks ranges. */
  number(name: string): number | undefined {
    const value = this.value(name, 'number');
    if (typeof value !== 'string') return undefined;
    if (!/^-?\d+(\.\d+)?$/.test(value)) {
      throw new AppError('BAD_INPUT', `--${name} must be a number, not ${JSON.stringify(value)}.`, { field: name });
    }
    return Number(value);
  }

  /** Whether an option of any type was given. */
  has(name: string): boolean {
    if (!this.specs.options.some((spec) => spec.name === name)) throw new TypeError(`no option --${name}`);
    const value = this.optionValues.get(name);
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  }

  private value(name: string, type: OptionSpec['type']): string | boolean | readonly string[] | undefined {
    if (!this.specs.options.some((spec) => spec.name === name && spec.type === type))
      throw new TypeError(`no ${type} option --${name}`);
    return this.optionValues.get(name);
  }
}
