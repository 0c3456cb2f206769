import type RFB from '@novnc/novnc';
import { useEffect, useRef, useState } from 'react';
import { Act } from '../../ui/act';
import { type Key, SHIFT } from './keys';
import { PasteDialog } from './paste-dialog';
import { text } from './text';
import { useScreen } from './use-screen';

/** A PS/2 keyboard of QEMU's holds 16 bytes, and a key with shift makes up to eight: what comes faster than it is read is lost. */
const KEY_PAUSE_MS = 20;

/** A VM's screen with what can be sent to it. */
export function Screen({ vm, name, onEnd }: { vm: string; name: string; onEnd: (error: unknown) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const viewer = useScreen(vm, box, onEnd);
  const [fit, setFit] = useState(true);
  const [pasting, setPasting] = useState(false);
  const [keys, setKeys] = useState<readonly Key[] | null>(null);
  useEffect(() => {
    if (viewer !== null) viewer.scaleViewport = fit;
  }, [viewer, fit]);
  useEffect(() => {
    if (viewer === null || keys === null) return;
    const stop = new AbortController();
    void type(viewer, keys, stop.signal).then(() => stop.signal.aborted || setKeys(null));
    return () => stop.abort();
  }, [viewer, keys]);
  const why = viewer === null ? text.notYet : null;
  return (
    <>
      <div className="screen-tools">
        <Act size="sm" variant="secondary" why={why} onClick={() => viewer?.sendCtrlAltDel()}>
          {text.ctrlAltDel}
        </Act>
        <Act
          size="sm"
          variant="secondary"
          why={why ?? (keys === null ? null : text.busy)}
          onClick={() => setPasting(true)}
        >
          {text.paste}
        </Act>
        <Act size="sm" variant={fit ? 'primary' : 'secondary'} aria-pressed={fit} onClick={() => setFit(!fit)}>
          {text.fit}
        </Act>
        <span className="soft">{text.screenHint}</span>
      </div>
      <div ref={box} className="screen" role="group" aria-label={`Screen of ${name}`} aria-busy={viewer === null} />
      {pasting ? (
        <PasteDialog
          onType={(wanted) => {
            setPasting(false);
            setKeys(wanted);
          }}
          onClose={() => setPasting(false)}
        />
      ) : null}
    </>
  );
}

async function type(viewer: RFB, keys: readonly Key[], signal: AbortSignal): Promise<void> {
  for (const { keysym, shift } of keys) {
    if (signal.aborted) return;
    if (shift) viewer.sendKey(SHIFT, null, true);
    viewer.sendKey(keysym, null);
    if (shift) viewer.sendKey(SHIFT, null, false);
    await new Promise((resolve) => setTimeout(resolve, KEY_PAUSE_MS));
  }
}
