import { Tooltip } from '@patternfly/react-core/dist/dynamic/components/Tooltip';
import { useMutation } from '@tanstack/react-query';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { ActionButton } from '../../ui/action-button';
import { saveFile } from '../../ui/save-file';
import { ErrorAlert } from '../../ui/error-alert';
import { text } from './text';

/** Saves a support bundle. */
export function ReportButton() {
  const save = useMutation({
    mutationFn: async () => {
      const report = await client.system.report();
      saveFile(report.name, 'text/plain', report.text);
    },
  });
  return (
    <>
      <ErrorAlert problem={save.error === null ? null : toProblem(save.error)} />
      <Tooltip content={text.reportMeans}>
        <ActionButton
          variant="link"
          isLoading={save.isPending}
          isDisabled={save.isPending}
          onClick={() => save.mutate()}
        >
          {text.report}
        </ActionButton>
      </Tooltip>
    </>
  );
}
