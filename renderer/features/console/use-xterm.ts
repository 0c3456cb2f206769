import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { type RefObject, useEffect, useState } from 'react';
import { letSpansBeStyled } from './span-styles';
import { withStyleNonce } from './with-nonce';
import { text } from './text';

letSpansBeStyled();

const SCROLLBACK_LINES = 10_000;
const HYPERLINK = 8;

/** A terminal that fills its container; null until it is ready. It outlives the VM's connections. */
export function useXterm(box: RefObject<HTMLElement | null>): Xterm | null {
  const [terminal, setTerminal] = useState<Xterm | null>(null);
  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    Xterm.strings.promptLabel = text.input;
    Xterm.strings.tooMuchOutput = text.tooMuch;
    const made = new Xterm({
      scrollback: SCROLLBACK_LINES,
      cursorBlink: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      // eslint-disable-next-line atoll/loose-words -- names of fonts
      fontFamily: '"Red Hat Mono", ui-monospace, "DejaVu Sans Mono", monospace',
      fontSize: 14,
      theme: { background: '#0b1118', foreground: '#dce6ef', cursor: '#6cc3ff', selectionBackground: '#2b4a66' },
      screenReaderMode: true,
    });
    // A guest's hyperlink (OSC 8) would open on click, with the session's cookie if it leads to this computer.
    made.parser.registerOscHandler(HYPERLINK, () => true);
    const fit = new FitAddon();
    made.loadAddon(fit);
    withStyleNonce(() => made.open(place));
    fit.fit();
    const watcher = new ResizeObserver(() => fit.fit());
    watcher.observe(place);
    setTerminal(made);
    return () => {
      watcher.disconnect();
      made.dispose();
      setTerminal(null);
    };
  }, [box]);
  return terminal;
}
