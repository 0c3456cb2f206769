import { AppError, shellWord, note } from '../../contract';
import type { CommandFailure } from '../../engine/ports/changes';
import type { Shell } from '../shell';
import { claimOf, ipStoppedAt, nftComplaints, runBatch, type Batch, type BatchStop, type Marked } from './batch';
import { tableText } from './seal';
import type { Lane, Steps } from './steps';

/** Consecutive changes of one group that fit into the same round of batches. */
export interface Unit {
  readonly name: string;
  readonly steps: readonly Steps[];
}

/** What the batches check before they change anything. */
interface Conditions {
  readonly marked?: Marked | null;
  /** The folder of libvirt's networks, whose bridges none of ours may be. */
  readonly libvirtNetworks?: string | undefined;
}

/** The result of a unit. `done` counts its changes that took effect at least in part before the failure. */
export type UnitOutcome =
  { readonly ok: true } | { readonly ok: false; readonly done: number; readonly failure: CommandFailure };

interface Line {
  readonly text: string;
  readonly fineIf: RegExp | undefined;
  readonly undo: string | undefined;
  readonly unit: Unit;
  readonly step: number;
}

/**
 * Runs units together in shared batches. A failing one is found by the line that the tool names and excluded with its whole unit,
 * and the rest continues: one bad network never blocks the others.
 * @returns null if one of `marked` does not have its mark: nothing was changed
 */
export async function runRound(
  shell: Shell,
  table: string,
  units: readonly Unit[],
  signal: AbortSignal,
  conditions: Conditions = {},
): Promise<UnitOutcome[] | null> {
  const round = new Round(shell, table, units, signal, conditions);
  if (!(await round.run())) return null;
  return units.map((unit) => round.failed.get(unit) ?? { ok: true });
}

class Round {
  readonly failed = new Map<Unit, UnitOutcome & { ok: false }>();
  private alive: Unit[];
  private before: Line[];
  private after: Line[];
  private sealed = false;
  private woken = false;
  /** Checked with the first batch. */
  private marked: Marked | null;
  private readonly libvirtNetworks: string | undefined;
  /** The short texts were refused, or there are none. */
  private thorough: boolean;

  constructor(
    private readonly shell: Shell,
    private readonly table: string,
    units: readonly Unit[],
    private readonly signal: AbortSignal,
    { marked = null, libvirtNetworks }: Conditions,
  ) {
    this.marked = marked;
    this.libvirtNetworks = libvirtNetworks;
    this.alive = [...units];
    this.before = linesOf(units, 'before');
    this.after = linesOf(units, 'after');
    this.thorough = units.every((unit) => unit.steps.every(({ nftFirst }) => nftFirst === undefined));
  }

  /** Each pass removes a line or a unit, so this terminates. Returns false if nothing was run, because a mark is missing. */
  async run(): Promise<boolean> {
    while (this.alive.length > 0) {
      const stop = await runBatch(this.shell, this.batch(), this.signal);
      if (!stop) return true;
      if (stop.lane === 'mark') return false;
      this.marked = null;
      await this.handle(stop.lane, stop);
    }
    return true;
  }

  private batch(): Batch {
    const open = this.sealed ? [] : this.alive;
    return {
      marked: this.marked,
      before: text(this.before),
      quiet: open.flatMap((unit) => unit.steps.flatMap((step) => step.quiet)),
      nft: this.nftOf(open),
      after: text(this.after),
      libvirtNetworks: this.libvirtNetworks,
    };
  }

  private async handle(lane: Lane, stop: BatchStop): Promise<void> {
    switch (lane) {
      case 'before':
        this.before = await this.dropLine(lane, this.before, stop);
        return;
      case 'after':
        this.before = [];
        this.sealed = true;
        this.after = await this.dropLine(lane, this.after, stop);
        return;
      case 'seal':
        this.before = [];
        await this.dropSeal(stop);
    }
  }

  /** The lines before the failed one are done. */
  private async dropLine(lane: Lane, lines: readonly Line[], stop: BatchStop): Promise<Line[]> {
    const claim = claimOf(stop.stderr);
    if (claim) return this.dropClaimed(claim.bridge, lines, stop);
    const at = ipStoppedAt(stop.stderr);
    const line = at === null ? undefined : lines[at - 1];
    if (at === null || !line) {
      this.drop(new Set(this.alive), stop, () => 0);
      return [];
    }
    const rest = lines.slice(at);
    if (line.fineIf?.test(stop.stderr)) return rest;
    if (line.undo) await runBatch(this.shell, { before: line.undo, quiet: [], nft: '', after: '' }, this.signal);
    const earlier = hasEarlierLane(line.unit.steps[line.step], lane);
    this.drop(new Set([line.unit]), stop, () => line.step + (earlier ? 1 : 0));
    return rest.filter((each) => each.unit !== line.unit);
  }

  /** Nothing was run: the lines of the others still have to. */
  private dropClaimed(bridge: string, lines: readonly Line[], stop: BatchStop): Line[] {
    const owners = lines.flatMap((line) => (line.text.startsWith(`link add name ${bridge} `) ? [line.unit] : []));
    this.drop(new Set(owners.length > 0 ? owners : this.alive), stop, () => 0);
    return this.before;
  }

  private async dropSeal(stop: BatchStop): Promise<void> {
    const done = (unit: Unit): number => {
      const step = unit.steps.findIndex(isSealing);
      return step + (hasEarlierLane(unit.steps[step], 'seal') ? 1 : 0);
    };
    if (stop.quiet === null && !this.thorough) {
      this.thorough = true;
      return;
    }
    if (stop.quiet === null && (await this.wakes())) return;
    const quiet = stop.quiet;
    const bad =
      quiet === null
        ? this.complainedOf(stop)
        : this.alive.filter((unit) => unit.steps.some((step) => step.quiet.includes(quiet)));
    if (bad.length > 0) return this.drop(new Set(bad), stop, done);
    // nft named no line: seal one by one to find the failing one.
    for (const unit of [...this.alive]) {
      const refused = await this.alone(this.nftOf([unit]));
      if (refused) this.drop(new Set([unit]), refused, done);
    }
    this.sealed = true;
  }

  /**
   * The kernel accepts no new chains in the transaction that wakes a dormant table (EINVAL), so the table is woken in a separate
   * transaction after the first refusal by nft; then everything is retried.
   */
  private async wakes(): Promise<boolean> {
    if (this.woken) return false;
    this.woken = true;
    return (await this.alone(tableText(this.table))) === null;
  }

  private alone(nft: string): Promise<BatchStop | null> {
    return runBatch(this.shell, { before: '', quiet: [], nft, after: '' }, this.signal);
  }

  private complainedOf(stop: BatchStop): Unit[] {
    const lines = new Set(nftComplaints(stop.stderr));
    const bad = new Set<Unit>();
    // The first line is the table's.
    let line = 1;
    for (const [unit, nft] of sealTexts(this.alive, this.thorough)) {
      for (const end = line + nft.split('\n').length - 1; line < end;) {
        line += 1;
        if (lines.has(line)) bad.add(unit);
      }
    }
    return [...bad];
  }

  private nftOf(units: readonly Unit[]): string {
    const texts = sealTexts(units, this.thorough).map(([, nft]) => nft);
    return texts.every((text) => text === '') ? '' : tableText(this.table) + texts.join('');
  }

  private drop(units: ReadonlySet<Unit>, stop: BatchStop, done: (unit: Unit) => number): void {
    for (const unit of units) this.failed.set(unit, { ok: false, done: done(unit), failure: failureOf(unit, stop) });
    this.alive = this.alive.filter((unit) => !units.has(unit));
    this.before = this.before.filter((line) => !units.has(line.unit));
    this.after = this.after.filter((line) => !units.has(line.unit));
  }
}

/** Loops, and no copies by spread: there are three lines for each of a thousand networks. */
function linesOf(units: readonly Unit[], lane: 'before' | 'after'): Line[] {
  const lines: Line[] = [];
  for (const unit of units)
    for (const [step, steps] of unit.steps.entries())
      for (const { text, fineIf, undo } of steps[lane]) lines.push({ text, fineIf, undo, unit, step });
  return lines;
}

const isSealing = ({ quiet, unseal, nft }: Steps): boolean => quiet.length > 0 || unseal !== '' || nft !== '';

/** The nft text of a round in execution order, with the unit that each part is for. */
function sealTexts(units: readonly Unit[], thorough: boolean): Array<readonly [Unit, string]> {
  const part = (textOf: (step: Steps) => string) =>
    units.flatMap((unit) => unit.steps.map((step) => [unit, textOf(step)] as const));
  return [...part(({ unseal }) => unseal), ...part(({ nft, nftFirst }) => (thorough ? nft : (nftFirst ?? nft)))];
}

const text = (lines: readonly Line[]): string => lines.map((line) => line.text).join('\n');

/** Whether a change had already taken effect in part when its later lane failed. */
function hasEarlierLane(steps: Steps | undefined, lane: Lane): boolean {
  if (!steps || lane === 'before') return false;
  return steps.before.length > 0 || (lane === 'after' && isSealing(steps));
}

function failureOf(unit: Unit, { lane, stderr, exit, quiet }: BatchStop): CommandFailure {
  const said = stderr.trim();
  const claim = claimOf(stderr);
  if (claim) return claimed(claim);
  const taken = lane === 'before' && /File exists/.test(said);
  const command = lane === 'seal' ? (quiet === null ? 'nft -f -' : 'disable_ipv6') : 'ip -batch -';
  const why = said.split('\n').find((line) => /Error|answers|Cannot|exist/.test(line)) ?? said.split('\n')[0] ?? '';
  return {
    message: taken
      ? `The host already has an interface named ${unit.name} that Atoll did not create`
      : `${unit.name}: ${command} failed: ${why}`,
    remedy: taken
      ? note(`Rename or remove it on the host (ip link show ${shellWord(unit.name)}), then sync the host.`)
      : null,
    command,
    exit,
    stderr: said.slice(-4000),
  };
}

/** Stopping that network would delete the bridge, and everything on it would be cut off. */
const claimed = ({ bridge, network }: NonNullable<ReturnType<typeof claimOf>>): CommandFailure => ({
  message: `The libvirt network "${network}" on the host has a bridge named ${bridge}, and deletes it when it is stopped`,
  remedy: note(
    `Give that network another bridge (virsh net-edit ${shellWord(network)}) or undefine it, then sync the host; or create this network with another name.`,
  ),
  ...{ command: null, exit: null, stderr: null },
});

/** The failure of a change that can't be expressed as steps. */
export function refusal(error: unknown): CommandFailure {
  if (!(error instanceof AppError)) throw error;
  return { message: error.message, remedy: error.remedy, command: null, exit: null, stderr: null };
}
