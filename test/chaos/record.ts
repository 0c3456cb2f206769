import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { ChaosReport } from '../support/chaos/chaos';

/** One run of the program; each creates its hosts again. */
export interface Part extends ChaosReport {
  readonly begunAt: string;
  readonly seconds: number;
}

/** A run of many points, done in as many parts as it takes: a machine is seldom quiet for hours. */
export interface Record {
  readonly seed: number;
  readonly hosts: number;
  readonly machine: string;
  readonly parts: Part[];
}

/** What a person needs to know of the machine to read the figures. */
export const machineWords = (): string =>
  `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`;

/** The record in a file; null where there is none yet. */
export function readRecord(file: string): Record | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record) : null;
}

export function writeRecord(file: string, record: Record): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Points that the parts have done. */
export const pointsOf = ({ parts }: Record): number => sum(parts.map(({ points }) => points));

/** The whole record in lines. */
export function recordWords(record: Record): string[] {
  const { parts, machine, seed, hosts } = record;
  const settling = parts.flatMap((part) => part.settling).sort((a, b) => a - b);
  const at = (share: number): string => `${((settling[Math.floor(settling.length * share)] ?? 0) / 1000).toFixed(1)} s`;
  const counts = (which: keyof ChaosReport['counts']): number => sum(parts.map((part) => part.counts[which]));
  return [
    `seed ${seed}, ${hosts} hosts over SSH, ${machine}`,
    `${pointsOf(record)} points, ${sum(parts.map(({ kills }) => kills))} kills in ${parts.length} parts, ${Math.round(sum(parts.map(({ seconds }) => seconds)) / 60)} min`,
    `commands: ${counts('acknowledged')} acknowledged, ${counts('lost')} in flight, ${counts('refused')} refused`,
    `until all was at rest again: median ${at(0.5)}, 9 of 10 within ${at(0.9)}, longest ${at(0.9999)}`,
  ];
}
