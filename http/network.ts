/** Whose address it is: what one person or machine can send from counts as one. */
import { isIPv6 } from 'node:net'

/** The groups of an address of version 6, eight numbers, however it is written. */
const groupsOf = (address: string): number[] => {
  const { hostname } = new URL(`http://[${address}]`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const numbers = (part: string): number[] =>
    part === '' ? [] : part.split(':').map(each => Number.parseInt(each, 16))
  const [first, last] = [numbers(head), numbers(tail ?? '')]
  const missing = tail === undefined ? 0 : 8 - first.length - last.length
  return [...first, ...Array.from({ length: missing }, () => 0), ...last]
}

/**
 * The address itself in version 4. In version 6 the net of 64 bits, which is the least that anybody is given: one who has
 * it has more addresses than can be counted. What is no address stays as it is.
 */
export const networkOf = (address: string): string => {
  if (!isIPv6(address)) return address
  const groups = groupsOf(address)
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups.slice(0, 5).every(each => each === 0) && groups[5] === 0xffff
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return `${groups
    .slice(0, 4)
    .map(each => each.toString(16))
    .join(':')}::/64`
}
