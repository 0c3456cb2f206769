import { Tooltip } from '@patternfly/react-core/dist/dynamic/components/Tooltip';
import { useMutation } from '@tanstack/react-query';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { Act } from '../../ui/act';
import { saveFile } from '../../ui/save-file';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

/** Saves what a person may attach when something is wrong. */
export function ReportButton() {
  const save = useMutation({
    mutationFn: async () => {
      const report = await client.system.report();
      saveFile(report.name, 'text/plain', report.text);
    },
  });
  return (
    <>
      <Trouble problem={save.error === null ? null : toProblem(save.error)} />
      <Tooltip content={text.reportMeans}>
        <Act variant="link" isLoading={save.isPending} isDisabled={save.isPending} onClick={() => save.mutate()}>
          {text.report}
        </Act>
      </Tooltip>
    </>
  );
}
