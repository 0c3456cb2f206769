import { benchDrift } from './drift';
import type { Figure } from './kit';
import { benchMap } from './map';
import { benchNetworks } from './networks';
import { benchScale } from './scale';
import { benchSsh } from './ssh';
import { benchStart } from './start';

const BENCHES = {
  networks: benchNetworks,
  drift: benchDrift,
  start: benchStart,
  scale: benchScale,
  map: benchMap,
  ssh: (report: (row: Figure) => void) => benchSsh(report, args),
};
type BenchName = keyof typeof BENCHES;

const isBench = (name: string): name is BenchName => Object.hasOwn(BENCHES, name);

function show(json: boolean, row: Figure): void {
  if (json) {
    console.log(JSON.stringify(row));
    return;
  }
  const spread = row.spread === null ? '' : ` (${row.spread.join(' to ')})`;
  const ratio = row.ratio === null ? spread : `  ${row.ratio.toFixed(2)}x${spread} of ${row.floor} ${row.unit}`;
  const aim = row.aim === null ? '' : `  aim ${row.aim}: ${row.met ? 'met' : 'MISSED'}`;
  console.log(
    `${row.bench.padEnd(9)} ${row.figure.padEnd(48)} ${String(row.value).padStart(9)} ${row.unit}${ratio}${aim}`,
  );
}

const FLAGS = ['--json', '--ansible'];
const args = process.argv.slice(2);
const json = args.includes('--json');
const names = args.filter((arg) => !arg.startsWith('-'));
const unknown = names.find((name) => !isBench(name)) ?? args.find((arg) => arg.startsWith('-') && !FLAGS.includes(arg));
if (unknown !== undefined) {
  console.error(
    `error[BAD_INPUT]: there is no bench "${unknown}"\nhint: ${Object.keys(BENCHES).join(', ')}; and --json, --ansible`,
  );
  process.exit(2);
}
for (const name of names.length > 0 ? names.filter(isBench) : (Object.keys(BENCHES) as BenchName[])) {
  try {
    await BENCHES[name]((row) => show(json, row));
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 1;
  }
}
process.exit();
