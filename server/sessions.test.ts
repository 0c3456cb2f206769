import { describe, expect, it } from 'vitest';
import { type Credentials, type EndReason, IDLE_MS, Sessions, TOKEN_MS } from './sessions';

class Scene {
  now = 0;
  readonly ended: [string, EndReason][] = [];
  readonly done: string[] = [];
  readonly sessions = new Sessions({
    now: () => this.now,
    onEnded: ({ id }, why) => this.ended.push([id, why]),
    onTokenDone: (token) => this.done.push(token),
  });

  enter(token = this.sessions.token()): Credentials {
    const entry = this.sessions.enter(token, 'Firefox 1');
    if (entry.kind !== 'entered') throw new Error(entry.kind);
    return entry.credentials;
  }

  has({ id, cookie, key }: Credentials): boolean {
    return this.sessions.verify(id, [cookie], key);
  }
}

describe('a link', () => {
  it('is good for one session', () => {
    const scene = new Scene();
    expect(scene.has(scene.enter())).toBe(true);
  });

  it('ends the session that it made when somebody else comes with it', () => {
    const scene = new Scene();
    const token = scene.sessions.token();
    const stolen = scene.enter(token);
    const other = scene.enter();
    expect(scene.sessions.enter(token, 'Firefox 1', other)).toMatchObject({
      kind: 'reused',
      ended: { id: stolen.id },
    });
    expect(scene.has(stolen)).toBe(false);
    expect(scene.has(other)).toBe(true);
    expect(scene.ended).toEqual([[stolen.id, 'link reused']]);
    expect(scene.sessions.enter(token, 'Firefox 1')).toEqual({ kind: 'reused', ended: null });
  });

  it('leaves the session alone when its own browser comes with it again', () => {
    const scene = new Scene();
    const token = scene.sessions.token();
    const own = scene.enter(token);
    expect(scene.sessions.enter(token, 'Firefox 1', own)).toEqual({ kind: 'same' });
    expect(scene.sessions.enter(token, 'Firefox 1', { ...own, key: 'guessed' })).toMatchObject({ kind: 'reused' });
  });

  it('expires after a minute, and a spent one is still known then', () => {
    const scene = new Scene();
    const [late, spent] = [scene.sessions.token(), scene.sessions.token()];
    const made = scene.enter(spent);
    scene.now = TOKEN_MS;
    expect(scene.sessions.enter(late, 'Firefox 1')).toEqual({ kind: 'expired' });
    expect(scene.done.sort()).toEqual([late, spent].sort());
    expect(scene.sessions.enter(spent, 'Firefox 1')).toMatchObject({ kind: 'reused', ended: { id: made.id } });
  });

  it('is known only if it was made here', () => {
    const scene = new Scene();
    const token = scene.sessions.token();
    for (const wrong of ['', `${token}x`, token.slice(1)])
      expect(scene.sessions.enter(wrong, 'Firefox 1')).toEqual({ kind: 'unknown' });
  });

  it('is a secret of 256 bits that differs each time', () => {
    const scene = new Scene();
    const tokens = Array.from({ length: 50 }, () => scene.sessions.token());
    expect(new Set(tokens).size).toBe(50);
    expect(Buffer.from(tokens[0] ?? '', 'base64url')).toHaveLength(32);
  });

  it('gives way to newer ones rather than growing without end', () => {
    const scene = new Scene();
    const first = scene.sessions.token();
    for (let i = 0; i < 100; i++) scene.sessions.token();
    expect(scene.sessions.enter(first, 'Firefox 1').kind).toBe('expired');
  });
});

describe('a session', () => {
  it('needs its cookie and its key, each of its own', () => {
    const scene = new Scene();
    const [one, other] = [scene.enter(), scene.enter()];
    const { sessions } = scene;
    expect(sessions.verify(one.id, [one.cookie], one.key)).toBe(true);
    expect(sessions.verify(one.id, [one.cookie], null)).toBe(false);
    expect(sessions.verify(one.id, [one.cookie], other.key)).toBe(false);
    expect(sessions.verify(one.id, [], one.key)).toBe(false);
    expect(sessions.verify(one.id, [other.cookie], one.key)).toBe(false);
    expect(sessions.verify(one.id, [one.screens], one.key)).toBe(false);
    expect(sessions.verify(other.id, [one.cookie], one.key)).toBe(false);
    expect(sessions.showsScreens([one.cookie])).toBe(false);
  });

  it('is found among planted cookies of its name', () => {
    const scene = new Scene();
    const one = scene.enter();
    expect(scene.sessions.verify(one.id, ['bad', one.cookie], one.key)).toBe(true);
    expect(scene.sessions.showsScreens(['bad', one.screens])).toBe(true);
  });

  it('gets another cookie for the screens when its own was overwritten, and the one before ends', () => {
    const scene = new Scene();
    const one = scene.enter();
    const renewed = scene.sessions.renewScreens(one.id);
    expect(scene.sessions.showsScreens([renewed])).toBe(true);
    expect(scene.sessions.showsScreens([one.screens])).toBe(false);
    expect(scene.has(one)).toBe(true);
  });

  it('ends after twelve hours without a window and without a request', () => {
    const scene = new Scene();
    const [idle, used, open] = [scene.enter(), scene.enter(), scene.enter()];
    const leave = scene.sessions.addWindow(open.id, () => undefined);
    scene.now = IDLE_MS / 2;
    scene.has(used);
    scene.now = IDLE_MS;
    expect(scene.sessions.list().map(({ id }) => id)).toEqual([used.id, open.id]);
    expect(scene.ended).toEqual([[idle.id, 'idle']]);
    leave();
    scene.now = IDLE_MS * 2 - 1;
    expect(scene.sessions.list().map(({ id }) => id)).toEqual([open.id]);
    scene.now = IDLE_MS * 2;
    expect(scene.sessions.list()).toEqual([]);
  });

  it('closes its windows when it is ended, and no others', () => {
    const scene = new Scene();
    const [one, other] = [scene.enter(), scene.enter()];
    const closed: string[] = [];
    scene.sessions.addWindow(one.id, () => closed.push('one'));
    scene.sessions.addWindow(one.id, () => closed.push('two'));
    scene.sessions.addWindow(other.id, () => closed.push('other'));
    expect(scene.sessions.end(one.id, 'signed out')).toMatchObject({ id: one.id, windows: 2 });
    expect(closed).toEqual(['one', 'two']);
    expect(scene.sessions.end(one.id, 'signed out')).toBeNull();
  });

  it('gives way when there are too many, one without a window first', () => {
    const scene = new Scene();
    const open = scene.enter();
    scene.sessions.addWindow(open.id, () => undefined);
    const unused = scene.enter();
    for (let i = 0; i < 63; i++) scene.enter();
    expect(scene.ended).toEqual([[unused.id, 'too many']]);
    expect(scene.has(open)).toBe(true);
  });
});
