import { cpus, loadavg, release, totalmem } from 'node:os';
import { benchApi } from './api';
import { benchDrift } from './drift';
import type { Figure } from './kit';
import { benchMap } from './map';
import { benchNetworks } from './networks';
import { benchPromises } from './promises';
import { benchScale } from './scale';
import { benchScreens } from './screens';
import { benchSsh } from './ssh';
import { benchServices } from './services';
import { benchStart } from './start';
import { benchStretch } from './stretch';
import { benchVms } from './vms';

/** In this order when all run: what the kernel still tidies after `networks` would disturb the rest. */
const BENCHES = {
  start: benchStart,
  drift: benchDrift,
  scale: benchScale,
  promises: benchPromises,
  api: benchApi,
  screens: benchScreens,
  map: benchMap,
  services: benchServices,
  networks: benchNetworks,
  vms: (report: (row: Figure) => void) => benchVms(report, counts),
  ssh: (report: (row: Figure) => void) => benchSsh(report, args),
  stretch: benchStretch,
};
type BenchName = keyof typeof BENCHES;

const isBench = (name: string): name is BenchName => Object.hasOwn(BENCHES, name);

type Format = 'text' | 'json' | 'table';

const HEAD = ['work', 'floor', 'Atoll', 'ratio (rounds)', 'best : best', 'aim'];

/** A row as docs/performance.md has it. */
function tableRow({ figure: work, floor, value, unit, ratio, spread, best, aim, met }: Figure): string {
  const of = (n: number): string => (unit === 'ratio' ? n.toFixed(1) : `${n >= 10 ? Math.round(n) : n} ${unit}`);
  const range = spread === null ? '' : ` (${spread.map((n) => n.toFixed(2)).join(' to ')})`;
  const cells = [
    work,
    floor === null ? '' : of(floor),
    of(value),
    ratio === null ? range.trim() : `${ratio.toFixed(2)}${range}`,
    best === null ? '' : best.toFixed(2),
    aim === null ? '' : `${aim}: ${met ? 'met' : '**missed**'}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Removes `--count 1,10` from the arguments, and returns the numbers; null: all. */
function countsIn(words: string[]): number[] | null {
  const at = words.indexOf('--count');
  if (at < 0) return null;
  const counts = (words.splice(at, 2)[1] ?? '').split(',').map(Number);
  if (counts.every((count) => Number.isInteger(count) && count > 0 && count <= 200)) return counts;
  console.error('error[BAD_INPUT]: --count needs numbers of VMs from 1 to 200\nhint: for example --count 1,10');
  process.exit(2);
}

/** A bench whose parent was killed would continue for minutes, unseen. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1_000).unref();
}

endWithParent();

function show(format: Format, row: Figure): void {
  if (format !== 'text') {
    console.log(format === 'json' ? JSON.stringify(row) : tableRow(row));
    return;
  }
  const spread = row.spread === null ? '' : ` (${row.spread.join(' to ')})`;
  const ratio = row.ratio === null ? spread : `  ${row.ratio.toFixed(2)}x${spread} of ${row.floor} ${row.unit}`;
  const aim = row.aim === null ? '' : `  aim ${row.aim}: ${row.met ? 'met' : 'MISSED'}`;
  console.log(
    `${row.bench.padEnd(9)} ${row.figure.padEnd(48)} ${String(row.value).padStart(9)} ${row.unit}${ratio}${aim}`,
  );
}

const FLAGS = ['--json', '--table', '--ansible'];
const args = process.argv.slice(2);
const counts = countsIn(args);
const format: Format = args.includes('--json') ? 'json' : args.includes('--table') ? 'table' : 'text';
const names = args.filter((arg) => !arg.startsWith('-'));
const unknown = names.find((name) => !isBench(name)) ?? args.find((arg) => arg.startsWith('-') && !FLAGS.includes(arg));
if (unknown !== undefined) {
  console.error(
    `error[BAD_INPUT]: there is no bench "${unknown}"\nhint: ${Object.keys(BENCHES).join(', ')}; and --json, --table, --ansible, --count 1,10 (VMs)`,
  );
  process.exit(2);
}
if (format === 'table') {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `Machine: ${cpus().length} x ${first?.model.trim() || 'unknown processor'}, ${memory} GiB, kernel ${release()}, Node ${process.version}; load at the start ${loadavg()[0]?.toFixed(1) ?? '?'}.\n`,
  );
  console.log(`| ${HEAD.join(' | ')} |\n|${' --- |'.repeat(HEAD.length)}`);
}
for (const name of names.length > 0 ? names.filter(isBench) : (Object.keys(BENCHES) as BenchName[])) {
  try {
    await BENCHES[name]((row) => show(format, row));
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 1;
  }
}
process.exit();
