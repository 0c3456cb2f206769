import { AppError, isActive, note, type PreviewLine } from '../../contract';
import type { Scope } from '../core/scope';
import type { Core } from '../context';
import type { HostRow } from '../ports/store';
import type { AbsentFiles } from '../vms/boot-files';
import type { DiskFormats } from '../vms/disk-formats';
import type { LabFiles } from './files';
import { type ParsedFile, pathWords } from './parse';

/** The state of applying a file. */
export class Applying {
  readonly plan: PreviewLine[] = [];
  /** New hosts, to be brought up, and changed active ones, to be converged. */
  readonly toBringUp = new Map<string, HostRow>();
  readonly toConverge = new Map<string, HostRow>();
  readonly toStart: string[] = [];
  dataCenterId = '';

  constructor(
    readonly core: Core,
    readonly scope: Scope,
    readonly parsed: ParsedFile,
    readonly absent: AbsentFiles,
    readonly formats: DiskFormats,
    readonly files: LabFiles,
  ) {}

  /** Adds lines to the plan. */
  readonly add = (...lines: readonly PreviewLine[]): void => void this.plan.push(...lines);

  /** The desired state of these hosts changes; inactive ones get it when they are activated. */
  touch(hosts: readonly HostRow[]): void {
    for (const host of hosts)
      if (isActive(host.state) && !this.toBringUp.has(host.id)) this.toConverge.set(host.id, host);
  }

  /** Runs the work for one object of the file; errors then name its line. */
  at<T>(path: readonly PropertyKey[], work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof AppError) || /^line \d+: /.test(error.message)) throw error;
      const words = `line ${this.parsed.lineOf(path)}: ${pathWords(path)}: ${error.message}`;
      throw new AppError(error.code, words, {
        field: pathWords(path),
        remedy: error.remedy,
        ...(error.rule === undefined ? {} : { rule: error.rule }),
        cause: error,
      });
    }
  }

  /** The cluster of this name in the file's data center. */
  cluster(name: string, path: readonly PropertyKey[]): { id: string; name: string } {
    const found = this.scope.tx.clusters.ofDataCenter(this.dataCenterId).find((cluster) => cluster.name === name);
    if (found) return found;
    return this.at(path, () => {
      throw new AppError('NOT_FOUND', `The data center has no cluster "${name}"`, {
        remedy: note('Add it under clusters.'),
      });
    });
  }
}

/** An object of that name exists, but differs from the file in a property that cannot be changed. */
export const isAnother = (what: string, hint: string): AppError =>
  new AppError('CONFLICT', what, { remedy: note(hint) });
