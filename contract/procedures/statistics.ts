import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Ref } from '../model/common';
import { HostStatistics } from '../model/statistics';
import { query } from './base';

/** Of one VM, of one host, or of all hosts. */
const Of = z.strictObject({ vm: Ref.optional(), host: Ref.optional() });

export const statistics = {
  /** What they use now, each host once: takes as long as between two readings, about a second. Without hosts that do not answer. */
  show: query.input(Of).output(z.array(HostStatistics)),
  /**
   * The same, each few seconds: hosts are read only while somebody follows, each once for all who do. Of one VM or host the readings
   * that are remembered come first, oldest first. A slow reader gets the newest only.
   */
  follow: query.input(Of).output(eventIterator(HostStatistics)),
};
