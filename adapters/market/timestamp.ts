/**
 * Timestamps of data files: ISO-8601 with `T` or a space, or epoch seconds, milliseconds or microseconds.
 *
 * `Date.parse` is not used: it reads a time without zone as local time and accepts 30 February.
 */

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:Z|([+-])(\d\d):?(\d\d))?$/
const EPOCH = /^(\d{1,16})(?:\.0+)?$/

/** Seconds stay below this until the year 5138, milliseconds are above it since 1973. */
const SECONDS_MAX = 1e11
/** Milliseconds stay below this until the year 5138, microseconds are above it since 1973. */
const MILLISECONDS_MAX = 1e14

const parseEpoch = (digits: string): number | null => {
  const value = Number(digits)
  if (value < SECONDS_MAX) return value * 1_000
  if (value < MILLISECONDS_MAX) return value
  return value % 1_000 === 0 ? value / 1_000 : null
}

const parseIso = (text: string): number | null => {
  const match = ISO.exec(text)
  if (match === null) return null
  const part = (index: number): number => Number(match[index] ?? 0)
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)]
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return null
  const fraction = (match[7] ?? '').padEnd(9, '0')
  if (!fraction.endsWith('000000')) return null
  const at = Date.UTC(year, month - 1, day, hour, minute, second, Number(fraction.slice(0, 3)))
  if (new Date(at).getUTCDate() !== day || year < 1970) return null
  const offsetMinutes = part(9) * 60 + part(10)
  return match[8] === '-' ? at + offsetMinutes * 60_000 : at - offsetMinutes * 60_000
}

/** Epoch ms; a time without zone is UTC. `null` when the text is neither form or finer than a millisecond. */
export const parseTimestamp = (text: string): number | null => {
  const epoch = EPOCH.exec(text)
  return epoch === null ? parseIso(text) : parseEpoch(epoch[1] as string)
}
