/**
 * `${NAME}` and `${NAME:-fallback}` in a text, from the environment. `$$` is a dollar sign.
 *
 * It runs on single values after the file was parsed, so nothing in a variable can add a key, a list or a line.
 */
export type Environment = Readonly<Record<string, string | undefined>>

export type Interpolated = {
  text: string
  /** Names without a value and without a fallback, in order. */
  missing: string[]
  /** Something was replaced. */
  changed: boolean
}

const REFERENCE = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/** An empty variable counts as missing, as in a shell's `:-`. */
export const interpolate = (text: string, env: Environment): Interpolated => {
  const missing: string[] = []
  let changed = false
  const result = text.replace(REFERENCE, (whole, name: string | undefined, fallback: string | undefined) => {
    changed = true
    if (whole === '$$' || name === undefined) return '$'
    const value = env[name]
    if (value !== undefined && value !== '') return value
    if (fallback !== undefined) return fallback
    missing.push(name)
    return ''
  })
  return { text: result, missing, changed }
}
