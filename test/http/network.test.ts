/** One sender is one, however many addresses it has (R5). */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFailureLimit } from '../../http/failure-limit.ts'
import { networkOf } from '../../http/network.ts'

describe('a network', () => {
  test.each([
    ['10.1.2.3', '10.1.2.3'],
    ['local', 'local'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::ffff:a01:203', '10.1.2.3'],
  ])('of %s is %s', (address, expected) => {
    expect(networkOf(address)).toBe(expected)
  })

  test('is the same for two addresses exactly when their first 64 bits are', () => {
    const group = fc.nat(0xffff)
    const eight = fc.array(group, { minLength: 8, maxLength: 8 })
    const text = (groups: number[]) => groups.map(each => each.toString(16)).join(':')
    fc.assert(
      fc.property(eight, eight, fc.boolean(), (one, other, isNear) => {
        const second = isNear ? [...one.slice(0, 4), ...other.slice(4)] : other
        const isSame = text(one.slice(0, 4)) === text(second.slice(0, 4))
        expect(networkOf(text(one)) === networkOf(text(second))).toBe(isSame)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('wrong tokens', () => {
  const fail = (addresses: string[]) => {
    const limit = createFailureLimit(() => 0)
    return addresses.map(each => limit.fail(each))
  }

  test('from six addresses of one net of 64 bits are six of one sender', () => {
    const addresses = [1, 2, 3, 4, 5, 6].map(each => `2001:db8:0:1::${each}`)
    expect(fail(addresses)).toEqual([null, null, null, null, null, 60])
    expect(fail([1, 2, 3, 4, 5, 6].map(each => `2001:db8:0:${each}::1`)).every(each => each === null)).toBe(
      true,
    )
  })

  test('of ten thousand senders are remembered, and of no more', () => {
    const limit = createFailureLimit(() => 0)
    const times = (address: string, count: number) =>
      Array.from({ length: count }, () => limit.fail(address)).at(-1)
    expect(times('2001:db8::1', 6)).toBe(60)
    for (let each = 0; each < 9_999; each += 1) limit.fail(`10.0.${each >> 8}.${each & 255}`)
    expect(times('2001:db8::2', 1)).toBe(60)
    limit.fail('10.9.9.9')
    expect(times('2001:db8::3', 1), 'the oldest was let go').toBeNull()
  })
})
