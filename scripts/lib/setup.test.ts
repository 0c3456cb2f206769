import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { headersHere } from './setup.mjs';

let prefix: string;
beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), 'atoll-node-'));
  vi.stubEnv('npm_config_nodedir', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(prefix, { recursive: true, force: true });
});

describe('what npm compiles against', () => {
  it('is the headers that came with this Node, so that none are fetched', () => {
    mkdirSync(join(prefix, 'include/node'), { recursive: true });
    const lines = ['#define NODE_MAJOR_VERSION 20', '#define NODE_MINOR_VERSION 19', '#define NODE_PATCH_VERSION 4'];
    writeFileSync(join(prefix, 'include/node/node_version.h'), `${lines.join('\n')}\n`);
    expect(headersHere(join(prefix, 'bin/node'), '20.19.4')).toEqual({ npm_config_nodedir: prefix });
    expect(headersHere(join(prefix, 'bin/node'), '22.1.0')).toEqual({});
  });

  it('is left to npm where they are not there', () => {
    expect(headersHere(join(prefix, 'bin/node'), '20.19.4')).toEqual({});
  });
});
