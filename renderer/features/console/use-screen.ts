import RFB from '@novnc/novnc';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { client } from '../../api/client';
import { RfbChannel } from './rfb-channel';
import { text } from './text';

/** Renders a VM's screen into an element; returns the viewer once connected. `onEnd` is called when the VM or the connection is gone. */
export function useScreen(vm: string, box: RefObject<HTMLElement | null>, onEnd: (error: unknown) => void): RFB | null {
  const [viewer, setViewer] = useState<RFB | null>(null);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const stop = new AbortController();
    let left = false;
    let leave = (): void => stop.abort();
    const show = async (): Promise<void> => {
      const channel = await RfbChannel.open(
        {
          open: (signal) => client.vms.screen({ vm }, { signal }),
          write: (screen, data) => client.vms.screenWrite({ screen, data }),
        },
        stop,
      );
      if (left) return channel.close();
      const made = view(place, channel);
      leave = () => made.disconnect();
      made.addEventListener('connect', () => {
        setViewer(made);
        made.focus({ preventScroll: true });
      });
      made.addEventListener('disconnect', () => (leave = () => undefined));
      await new Promise<void>((resolve, reject) => {
        made.addEventListener('credentialsrequired', () => reject(new Error(text.password)));
        channel.follow().then(resolve, reject);
      });
    };
    void show().then(
      () => left || ended.current(null),
      (error: unknown) => left || ended.current(error),
    );
    return () => {
      left = true;
      setViewer(null);
      leave();
    };
  }, [vm, box]);
  return viewer;
}

/** noVNC accepts an object like an open data channel; its types do not say so. */
function view(place: HTMLElement, channel: RfbChannel): RFB {
  const made = new RFB(place, channel as unknown as RTCDataChannel, { shared: true });
  made.background = 'transparent';
  return made;
}
