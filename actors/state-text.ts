/** A state value as people write it: `protected.holding`. */
export const stateText = (value: unknown): string => {
  if (typeof value === 'string') return value
  const [entry] = Object.entries(value as Record<string, unknown>)
  return entry === undefined ? '' : `${entry[0]}.${stateText(entry[1])}`
}

export const topState = (value: unknown): string =>
  typeof value === 'string' ? value : (Object.keys(value as object)[0] ?? '')
