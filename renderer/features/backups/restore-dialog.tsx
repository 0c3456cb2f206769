import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useState } from 'react';
import { Confirm } from '../../actions/confirm';
import { client } from '../../api/client';
import { text } from './text';

/** Restores a backup after listing its hosts: they are connected only if the user asks for it. */
export function RestoreDialog({
  path,
  title,
  submit,
  onClose,
}: {
  readonly path: string;
  readonly title: string;
  readonly submit: string;
  readonly onClose: () => void;
}) {
  const [connect, setConnect] = useState(false);
  return (
    <Confirm
      title={title}
      words={text.restoreMeans}
      submit={submit}
      danger
      untilPreview={text.listing}
      previewKey={`${path} ${connect}`}
      call={(dryRun) => client.system.restore({ path, connect, dryRun })}
      onClose={onClose}
    >
      <Checkbox
        id="restore-connect"
        label={text.connect}
        description={text.connectMeans}
        isChecked={connect}
        onChange={(_, checked) => setConnect(checked)}
      />
    </Confirm>
  );
}
