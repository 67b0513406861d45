/** Whether two JSON values say the same, whatever the order of their keys. */

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** Values as parsed from JSON, of bounded depth. */
export const sameJson = (one: unknown, other: unknown): boolean => {
  if (!isFields(one) || !isFields(other)) return one === other
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(other).length) return false
  return keys.every(key => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
}
