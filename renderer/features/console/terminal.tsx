import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import { client } from '../../api/client';
import { createTyping, fromBase64 } from './typing';
import { withStyleNonce } from './with-nonce';

const SCROLLBACK_LINES = 5_000;

/** A VM's serial console: what was printed so far, then live; `onEnd` when the VM, or the way to it, is gone. */
export function Terminal({ vm, onEnd }: { vm: string; onEnd: (error: unknown) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const terminal = new Xterm({
      scrollback: SCROLLBACK_LINES,
      cursorBlink: true,
      fontFamily: '"Red Hat Mono", ui-monospace, "DejaVu Sans Mono", monospace',
      fontSize: 14,
      theme: { background: '#0b1118', foreground: '#dce6ef', cursor: '#6cc3ff', selectionBackground: '#2b4a66' },
      screenReaderMode: true,
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    withStyleNonce(() => terminal.open(place));
    terminal.attachCustomKeyEventHandler((event) => !isCopy(event) || copy(terminal, event));
    fit.fit();
    terminal.focus();
    const watcher = new ResizeObserver(() => fit.fit());
    watcher.observe(place);
    const stop = new AbortController();
    terminal.onData(
      createTyping(
        (data) => client.vms.consoleWrite({ vm, data }),
        (error) => ended.current(error),
      ),
    );
    void listen(vm, stop.signal, (bytes) => terminal.write(bytes)).then(
      () => stop.signal.aborted || ended.current(null),
      (error: unknown) => stop.signal.aborted || ended.current(error),
    );
    return () => {
      stop.abort();
      watcher.disconnect();
      terminal.dispose();
    };
  }, [vm]);
  return <div ref={box} className="terminal" />;
}

const isCopy = (event: KeyboardEvent): boolean => event.ctrlKey && event.shiftKey && event.code === 'KeyC';

/** Browsers give these keys to their developer tools. False: the VM does not get them. */
function copy(terminal: Xterm, event: KeyboardEvent): false {
  event.preventDefault();
  if (event.type === 'keydown' && terminal.hasSelection())
    navigator.clipboard
      .writeText(terminal.getSelection())
      .catch((error: unknown) => console.info('the browser did not let the clipboard be written', error));
  return false;
}

async function listen(vm: string, signal: AbortSignal, write: (bytes: Uint8Array) => void): Promise<void> {
  const chunks = await client.vms.console({ vm }, { signal });
  for await (const chunk of chunks) write(fromBase64(chunk.data));
}
