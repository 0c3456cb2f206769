import { AppError, isActive, note, type PreviewLine } from '../../contract';
import type { Scope } from '../core/scope';
import type { Core } from '../context';
import type { HostRow } from '../ports/store';
import type { AbsentFiles } from '../vms/boot-files';
import type { DiskFormats } from '../vms/disk-formats';
import type { LabFiles } from './files';
import { type ParsedFile, pathWords } from './parse';

/** What an application of a file has come to so far. */
export class Applying {
  readonly plan: PreviewLine[] = [];
  /** New hosts, to be brought up, and active ones that something changes on, to be converged. */
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

  /** These hosts have a wish more; those that are not active get it when they are. */
  touch(hosts: readonly HostRow[]): void {
    for (const host of hosts)
      if (isActive(host.state) && !this.toBringUp.has(host.id)) this.toConverge.set(host.id, host);
  }

  /** Does the work of one thing in the file; what it throws then says where that thing stands. */
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
        remedy: note('Name it under clusters.'),
      });
    });
  }
}

/** A thing of that name is there, but is another than the file says, in what can not be changed. */
export const isAnother = (what: string, hint: string): AppError =>
  new AppError('CONFLICT', what, { remedy: note(hint) });
