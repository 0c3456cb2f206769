import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import type { ComponentProps } from 'react';
import type { FileWish } from '../../contract/shell';
import { pickFile, shell } from '../api/shell';
import { TextField } from '../ui/fields';
import { text } from './text';

/** A path of the engine's computer: typed, or, in the desktop app, chosen too. */
export function PathField({ wish, ...field }: Omit<ComponentProps<typeof TextField>, 'type'> & { wish: FileWish }) {
  const choose = async (): Promise<void> => {
    const path = await pickFile(wish);
    if (path !== null) field.onChange(path);
  };
  if (shell === null) return <TextField {...field} />;
  return (
    <div className="path-field">
      <TextField {...field} />
      <Button variant="secondary" aria-label={text.chooseFile(field.label)} onClick={() => void choose()}>
        {text.choose}
      </Button>
    </div>
  );
}
