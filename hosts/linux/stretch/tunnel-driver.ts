import { AppError } from '../../../contract';
import type { RelayLine, TunnelDriver, TunnelPing } from '../../../engine/ports/stretch';

const none = (): Promise<never> =>
  Promise.reject(new AppError('NOT_SUPPORTED', 'This host can not be stretched to yet'));

/** The ways of a Linux host's tunnel. */
export class LinuxTunnel implements TunnelDriver {
  ping(): Promise<TunnelPing[]> {
    return none();
  }
  tryDirect(): Promise<boolean> {
    return none();
  }
  openRelay(): Promise<RelayLine> {
    return none();
  }
}
