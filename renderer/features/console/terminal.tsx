import type { Terminal as Xterm } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'react';
import { client } from '../../api/client';
import { ConsoleTools } from './console-tools';
import { FindBar } from './find-bar';
import { HeldTyping } from './held-typing';
import { PasteDialog } from './paste-dialog';
import { needsAsking } from './pasting';
import { text } from './text';
import { createTyping, fromBase64 } from './typing';
import { useXterm } from './use-xterm';

interface Props {
  readonly vm: string;
  readonly name: string;
  /** A new number is a new connection; null: none now, and the output stays. */
  readonly round: number | null;
  /** Whether a connection is open or opens soon: keys are held for it until then. */
  readonly isExpected: boolean;
  /** When the VM, or the connection to it, is gone. */
  readonly onEnd: (error: unknown) => void;
}

/** A VM's serial console: earlier output, then live. */
export function Terminal({ vm, name, round, isExpected, onEnd }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const tools = useRef<HTMLDivElement>(null);
  const terminal = useXterm(box);
  const [finding, setFinding] = useState(false);
  const [pasting, setPasting] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  useLine({ terminal, vm, round, isExpected, onEnd });
  const copy = (): void => {
    if (terminal === null || !terminal.hasSelection()) return setSaid(text.nothingSelected);
    navigator.clipboard.writeText(terminal.getSelection()).then(
      () => setSaid(text.copied),
      () => setSaid(text.notCopied),
    );
  };
  useKeys(terminal, {
    copy,
    find: () => setFinding(true),
    leave: () => tools.current?.querySelector('button')?.focus(),
  });
  useSafePaste(box, setPasting);
  return (
    <>
      <ConsoleTools
        ref={tools}
        vm={vm}
        name={name}
        terminal={terminal}
        isOpen={round !== null}
        onCopy={copy}
        onPaste={() => setPasting('')}
        onFind={() => setFinding(true)}
        onSay={setSaid}
      />
      <p className="soft line-hint" role="status">
        {said === '' ? text.hint : said}
      </p>
      <div className="terminal-place">
        {finding && terminal !== null ? (
          <FindBar
            terminal={terminal}
            onClose={() => {
              setFinding(false);
              terminal.focus();
            }}
          />
        ) : null}
        <div ref={box} className="terminal" role="group" aria-label={text.consoleOf(name)} />
      </div>
      {pasting === null ? null : (
        <PasteDialog
          start={pasting}
          onPaste={(words) => {
            setPasting(null);
            terminal?.paste(words);
            terminal?.focus();
          }}
          onClose={() => setPasting(null)}
        />
      )}
    </>
  );
}

/** One connection: writes received data, sends typed data. */
function useLine({ terminal, vm, round, isExpected, onEnd }: Omit<Props, 'name'> & { terminal: Xterm | null }): void {
  const [typing] = useState(() => new HeldTyping());
  useEffect(() => {
    if (!isExpected) return typing.drop();
    const keys = terminal?.onData((pressed) => typing.type(pressed));
    return () => keys?.dispose();
  }, [terminal, isExpected, typing]);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    if (terminal === null || round === null) return;
    const stop = new AbortController();
    const type = createTyping(
      (data) => client.vms.consoleWrite({ vm, data }),
      (error) => ended.current(error),
    );
    const onOpen = (): void => {
      if (!stop.signal.aborted) typing.open(type);
    };
    terminal.focus();
    let first = true;
    const write = (bytes: Uint8Array): void => {
      // The first chunk repeats earlier output: it replaces the current content without a blank frame in between.
      if (first) terminal.reset();
      first = false;
      terminal.write(bytes);
    };
    void listen(vm, stop.signal, onOpen, write).then(
      () => stop.signal.aborted || ended.current(null),
      (error: unknown) => stop.signal.aborted || ended.current(error),
    );
    return () => {
      stop.abort();
      typing.close();
    };
  }, [terminal, vm, round, typing]);
}

async function listen(
  vm: string,
  signal: AbortSignal,
  onOpen: () => void,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  const chunks = await client.vms.console({ vm }, { signal });
  onOpen();
  for await (const chunk of chunks) write(fromBase64(chunk.data));
}

interface Keys {
  readonly copy: () => void;
  readonly find: () => void;
  /** Where the focus goes when the keyboard is released. */
  readonly leave: () => void;
}

/** Keys that the console handles itself: neither the VM nor the browser's developer tools receive them. */
function useKeys(terminal: Xterm | null, keys: Keys): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    terminal?.attachCustomKeyEventHandler((event) => {
      const key = ownKey(event);
      if (key === null) return true;
      event.preventDefault();
      if (event.type === 'keydown') now.current[key]();
      return false;
    });
  }, [terminal]);
}

function ownKey(event: KeyboardEvent): keyof Keys | null {
  if (!event.ctrlKey || event.altKey || event.metaKey) return null;
  if (!event.shiftKey) return event.key === ']' ? 'leave' : null;
  if (event.code === 'KeyC') return 'copy';
  return event.code === 'KeyF' ? 'find' : null;
}

/** Holds back a paste that needs review, and shows it. */
function useSafePaste(box: React.RefObject<HTMLElement | null>, ask: (words: string) => void): void {
  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const onPaste = (event: ClipboardEvent): void => {
      const words = event.clipboardData?.getData('text/plain') ?? '';
      if (!needsAsking(words)) return;
      event.preventDefault();
      event.stopPropagation();
      ask(words);
    };
    place.addEventListener('paste', onPaste, { capture: true });
    return () => place.removeEventListener('paste', onPaste, { capture: true });
  }, [box, ask]);
}
