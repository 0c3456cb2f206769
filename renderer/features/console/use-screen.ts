import RFB from '@novnc/novnc';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { client } from '../../api/client';
import { RfbChannel } from './rfb-channel';
import { text } from './text';

interface Heard {
  /** The VM or the connection is gone. */
  onEnd(error: unknown): void;
  /** The server asks for a password; null: it no longer does. */
  onAsk(give: ((password: string) => void) | null): void;
}

/** Renders a VM's screen into an element; returns the viewer once connected. */
export function useScreen(vm: string, box: RefObject<HTMLElement | null>, heard: Heard): RFB | null {
  const [viewer, setViewer] = useState<RFB | null>(null);
  const now = useRef(heard);
  now.current = heard;
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
        made.addEventListener('credentialsrequired', ({ detail }) => {
          if (detail.types.some((type) => type !== 'password')) return reject(new Error(text.password));
          now.current.onAsk((password) => made.sendCredentials({ username: '', password, target: '' }));
        });
        made.addEventListener('securityfailure', () => reject(new Error(text.passwordWrong)));
        channel.follow().then(resolve, reject);
      });
    };
    void show().then(
      () => left || now.current.onEnd(null),
      (error: unknown) => left || now.current.onEnd(error),
    );
    return () => {
      left = true;
      setViewer(null);
      now.current.onAsk(null);
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
