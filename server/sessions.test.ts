import { describe, expect, it } from 'vitest';
import { Sessions } from './sessions';

describe('Sessions', () => {
  it('takes a token once', () => {
    const sessions = new Sessions();
    const token = sessions.token();
    const session = sessions.exchange(token);
    expect(sessions.has(session)).toBe(true);
    expect(sessions.exchange(token)).toBeNull();
  });

  it('knows no token and no session that it did not make', () => {
    const sessions = new Sessions();
    const token = sessions.token();
    expect(sessions.exchange('')).toBeNull();
    expect(sessions.exchange(`${token}x`)).toBeNull();
    expect(sessions.has(token)).toBe(false);
    expect(sessions.has(null)).toBe(false);
  });

  it('makes secrets of 256 bits that differ', () => {
    const sessions = new Sessions();
    const tokens = Array.from({ length: 50 }, () => sessions.token());
    expect(new Set(tokens).size).toBe(50);
    expect(Buffer.from(tokens[0] ?? '', 'base64url')).toHaveLength(32);
  });

  it('forgets the oldest link rather than growing without end', () => {
    const sessions = new Sessions();
    const first = sessions.token();
    for (let i = 0; i < 100; i++) sessions.token();
    expect(sessions.exchange(first)).toBeNull();
  });
});
