import { useVmLine } from '../../api/statistics';
import { Sparkline } from '../../ui/chart';
import { number } from '../../ui/language';

/** What a VM has used of its CPUs in the last minutes; only this is drawn again, not the table. */
export function CpuLine({ vmId, cpus }: { vmId: string; cpus: number }) {
  const line = useVmLine(vmId);
  const values = line.map(({ cpu }) => cpu / Math.max(1, cpus));
  const last = values.at(-1);
  if (last === undefined) return null;
  return <Sparkline values={values} max={1} label={`${number(Math.round(last * 100))} %`} />;
}
