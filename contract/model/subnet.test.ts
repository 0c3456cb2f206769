import { describe, expect, it } from 'vitest';
import { Subnet } from './subnet';
import { Subnet6 } from './subnet6';

describe('a subnet of guests', () => {
  it.each([
    [Subnet, '300.1.1.1/24', 'must be an IPv4 subnet with its prefix length, for example 10.9.0.0/24'],
    [Subnet, '10.9.0.1/24', 'has bits set after its prefix: the subnet is 10.9.0.0/24'],
    [Subnet6, 'fd00:x::/64', 'must be an IPv6 subnet with its prefix length, for example fd12:3456:789a:1::/64'],
    [Subnet6, 'fd00::1/64', 'has bits set after its prefix: the subnet is fd00::/64'],
  ])('is refused for one reason', (schema, text, why) => {
    expect(schema.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([why]);
  });
});
