import type RFB from '@novnc/novnc';
import { useEffect, useRef, useState } from 'react';
import { ActionButton } from '../../ui/action-button';
import { MoreMenu } from '../../ui/menu';
import { saveFile } from '../../ui/save-file';
import { CHORDS, pressChord } from './chords';
import { fileName } from './console-tools';
import { type Key, SHIFT } from './keys';
import { PasswordDialog } from './password-dialog';
import { PlaceTools } from './place-tools';
import { text } from './text';
import { TypeDialog } from './type-dialog';
import { useScreen } from './use-screen';

/** QEMU's PS/2 keyboard buffers 16 bytes, and a shifted key takes up to eight: faster input is lost. */
const KEY_PAUSE_MS = 20;
const CTRL = 0xffe3;

/** A VM's screen with its toolbar. */
export function Screen({ vm, name, onEnd }: { vm: string; name: string; onEnd: (error: unknown) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const tools = useRef<HTMLDivElement>(null);
  const [ask, setAsk] = useState<{ readonly give: (password: string) => void } | null>(null);
  const viewer = useScreen(vm, box, { onEnd, onAsk: (give) => setAsk(give === null ? null : { give }) });
  const [fit, setFit] = useState(true);
  const [asking, setAsking] = useState(false);
  const [keys, setKeys] = useState<readonly Key[] | null>(null);
  const [said, setSaid] = useState('');
  const copied = useCopiedInGuest(viewer);
  useLeaveKey(viewer, box, () => tools.current?.querySelector('button')?.focus());
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
  const shared = { size: 'sm', variant: 'secondary' } as const;
  const takePicture = (): void =>
    viewer?.toBlob((blob) => saveFile(`screen-${fileName(name)}-${stamp()}.png`, 'image/png', blob), 'image/png');
  const copy = (): void => {
    navigator.clipboard.writeText(copied ?? '').then(
      () => setSaid(text.copied),
      () => setSaid(text.notCopied),
    );
  };
  return (
    <>
      <div ref={tools} className="screen-tools" role="toolbar" aria-label={text.tools(text.screenOf(name))}>
        {CHORDS.slice(0, 1).map((chord) => (
          <ActionButton key={chord.id} {...shared} why={why} onClick={() => viewer && press(viewer, chord)}>
            {chord.label}
          </ActionButton>
        ))}
        <MoreMenu
          label={text.keys}
          words={text.keys}
          entries={CHORDS.slice(1).map((chord) => ({
            id: chord.id,
            label: chord.label,
            why,
            onChoose: () => viewer && press(viewer, chord),
          }))}
        />
        <ActionButton {...shared} why={why ?? (keys === null ? null : text.busy)} onClick={() => setAsking(true)}>
          {text.type}
        </ActionButton>
        <ActionButton
          {...shared}
          why={why ?? (copied === null ? text.fromGuestNot : null)}
          title={text.fromGuestMeans}
          onClick={copy}
        >
          {text.fromGuest}
        </ActionButton>
        <ActionButton {...shared} why={why} onClick={takePicture}>
          {text.picture}
        </ActionButton>
        <ActionButton size="sm" variant={fit ? 'primary' : 'secondary'} aria-pressed={fit} onClick={() => setFit(!fit)}>
          {text.fit}
        </ActionButton>
        <PlaceTools vm={vm} line="screen" onSay={setSaid} />
      </div>
      <p className="soft line-hint" role="status">
        {said === '' ? text.screenHint : said}
      </p>
      <div
        ref={box}
        className={fit ? 'screen' : 'screen screen-full'}
        role="group"
        aria-label={text.screenOf(name)}
        aria-busy={viewer === null}
      />
      {ask === null ? null : (
        <PasswordDialog
          onGive={(password) => {
            setAsk(null);
            ask.give(password);
          }}
          onClose={() => {
            setAsk(null);
            onEnd(new Error(text.password));
          }}
        />
      )}
      {asking ? (
        <TypeDialog
          onType={(wanted) => {
            setAsking(false);
            setKeys(wanted);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

function press(viewer: RFB, chord: (typeof CHORDS)[number]): void {
  pressChord(chord, (keysym, code, down) => viewer.sendKey(keysym, code, down));
  viewer.focus({ preventScroll: true });
}

/** "2026-11-26-09-22-15", for use in a file name. */
const stamp = (): string => new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-');

/** The last text copied in the guest; null if there is none, or the guest does not report it. */
function useCopiedInGuest(viewer: RFB | null): string | null {
  const [copied, setCopied] = useState<string | null>(null);
  useEffect(() => {
    if (viewer === null) return;
    const hear = (event: CustomEvent<{ text: string }>): void => setCopied(event.detail.text);
    viewer.addEventListener('clipboard', hear);
    return () => viewer.removeEventListener('clipboard', hear);
  }, [viewer]);
  return copied;
}

/** The screen captures all keys except Ctrl+], which releases the keyboard, as in a terminal. */
function useLeaveKey(viewer: RFB | null, box: React.RefObject<HTMLElement | null>, leave: () => void): void {
  const now = useRef(leave);
  now.current = leave;
  useEffect(() => {
    const place = box.current;
    if (viewer === null || place === null) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== ']' || !event.ctrlKey || event.shiftKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      // The VM received Ctrl down, but its key-up event goes elsewhere.
      viewer.sendKey(CTRL, 'ControlLeft', false);
      viewer.blur();
      now.current();
    };
    place.addEventListener('keydown', onKey, { capture: true });
    return () => place.removeEventListener('keydown', onKey, { capture: true });
  }, [viewer, box]);
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
