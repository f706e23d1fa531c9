import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../shared/formats/publicAddress.ts';

describe('an address of the public internet', () => {
  // First and last address of each special block, and the neighbours on both sides.
  it.each([
    ['0.0.0.0', false],
    ['0.255.255.255', false],
    ['1.0.0.0', true],
    ['9.255.255.255', true],
    ['10.0.0.0', false],
    ['10.255.255.255', false],
    ['11.0.0.0', true],
    ['100.63.255.255', true],
    ['100.64.0.0', false],
    ['100.127.255.255', false],
    ['100.128.0.0', true],
    ['126.255.255.255', true],
    ['127.0.0.1', false],
    ['127.255.255.255', false],
    ['128.0.0.0', true],
    ['169.253.255.255', true],
    ['169.254.169.254', false],
    ['169.255.0.0', true],
    ['172.15.255.255', true],
    ['172.16.0.0', false],
    ['172.31.255.255', false],
    ['172.32.0.0', true],
    ['192.0.0.1', false],
    ['192.0.1.0', true],
    ['192.0.2.1', false],
    ['192.88.99.1', false],
    ['192.167.255.255', true],
    ['192.168.0.0', false],
    ['192.169.0.0', true],
    ['198.17.255.255', true],
    ['198.18.0.0', false],
    ['198.19.255.255', false],
    ['198.20.0.0', true],
    ['198.51.100.7', false],
    ['203.0.113.7', false],
    ['223.255.255.255', true],
    ['224.0.0.1', false],
    ['240.0.0.0', false],
    ['255.255.255.255', false],
    ['8.8.8.8', true],
  ])('%s of IPv4: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });

  it.each([
    ['::', false],
    ['::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['::ffff:a00:1', false],
    ['64:ff9b::a00:1', false],
    ['1fff:ffff::', false],
    ['2000::1', true],
    ['2001::1', false],
    ['2001:1ff:ffff::', false],
    ['2001:200::', true],
    ['2001:db7::', true],
    ['2001:db8::1', false],
    ['2001:db9::', true],
    ['2002:7f00:1::', false],
    ['2003::', true],
    ['2606:4700::1111', true],
    ['3fff::1', false],
    ['4000::', false],
    ['fc00::1', false],
    ['fd00:ec2::254', false],
    ['fe80::1', false],
    ['fe80::1%eth0', false],
    ['ff02::1', false],
  ])('%s of IPv6: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });

  it.each(['', 'localhost', '127.1', '0x7f.0.0.1', '8.8.8.8 '])('%j is none', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
