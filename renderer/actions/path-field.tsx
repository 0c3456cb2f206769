import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { useQuery } from '@tanstack/react-query';
import type { ComponentProps } from 'react';
import type { FileRequest } from '../../contract/shell';
import { queries } from '../api/queries';
import { pickFile, shell } from '../api/shell';
import { TextField } from '../ui/fields';
import { text } from './text';

/**
 * A path on the engine's computer: typed, chosen from the files in allowed folders, or (in the desktop app) chosen in a file
 * dialog. Backups have a folder of their own.
 */
export function PathField({
  request,
  ...field
}: Omit<ComponentProps<typeof TextField>, 'type'> & { request: FileRequest }) {
  const { data: allowed } = useQuery({ ...queries.folders(), enabled: request.use !== 'backup' });
  const confined = allowed?.confined === true;
  const { data: found } = useQuery({ ...queries.folderFiles(request.use), enabled: confined });
  const help = confined ? [field.help, text.filesFrom(allowed.folders)].filter(Boolean).join(' ') : field.help;
  const input = <TextField {...field} {...(help === undefined ? {} : { help })} suggestions={found?.files ?? []} />;
  const choose = async (): Promise<void> => {
    const path = await pickFile(request);
    if (path !== null) field.onChange(path);
  };
  if (shell === null) return input;
  return (
    <div className="path-field">
      {input}
      <Button variant="secondary" aria-label={text.chooseFile(field.label)} onClick={() => void choose()}>
        {text.choose}
      </Button>
    </div>
  );
}
