import type { Terminal as Xterm } from '@xterm/xterm';
import type { Ref } from 'react';
import { ActionButton } from '../../ui/action-button';
import { saveFile } from '../../ui/save-file';
import { bufferText } from './find-matches';
import { PlaceTools } from './place-tools';
import { text } from './text';

interface Props {
  readonly ref: Ref<HTMLDivElement>;
  readonly vm: string;
  readonly name: string;
  readonly terminal: Xterm | null;
  /** Whether the VM is connected now. */
  readonly isOpen: boolean;
  readonly onCopy: () => void;
  readonly onPaste: () => void;
  readonly onFind: () => void;
  readonly onSay: (words: string) => void;
}

/** The toolbar of a console. */
export function ConsoleTools({ ref, vm, name, terminal, isOpen, onCopy, onPaste, onFind, onSay }: Props) {
  const shared = { size: 'sm', variant: 'secondary' } as const;
  const why = isOpen ? null : text.notYet;
  const fitShell = (): void => {
    if (terminal === null) return;
    // eslint-disable-next-line atoll/loose-words -- typed into the guest's shell
    terminal.paste(`stty cols ${terminal.cols} rows ${terminal.rows}\r`);
    terminal.focus();
  };
  return (
    <div ref={ref} className="screen-tools" role="toolbar" aria-label={text.tools(text.consoleOf(name))}>
      <ActionButton {...shared} title={text.copyMeans} onClick={onCopy}>
        {text.copy}
      </ActionButton>
      <ActionButton {...shared} why={why} title={text.pasteMeans} onClick={onPaste}>
        {text.paste}
      </ActionButton>
      <ActionButton {...shared} title={text.findMeans} onClick={onFind}>
        {text.find}
      </ActionButton>
      <ActionButton
        {...shared}
        why={why}
        title={text.sizeMeans(terminal?.cols ?? 80, terminal?.rows ?? 24)}
        onClick={fitShell}
      >
        {text.size}
      </ActionButton>
      <ActionButton
        {...shared}
        title={text.saveMeans}
        onClick={() =>
          terminal && saveFile(`console-${fileName(name)}.txt`, 'text/plain', bufferText(terminal.buffer.active))
        }
      >
        {text.save}
      </ActionButton>
      <PlaceTools vm={vm} line="console" onSay={onSay} />
    </div>
  );
}

/** Converts a name to a safe file name. */
export const fileName = (name: string): string => name.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 60);
