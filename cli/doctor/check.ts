/** One finding of the doctor. */

export type Verdict = 'ok' | 'warning' | 'failed'
export type Finding = {
  name: string
  verdict: Verdict
  /** What was found, with the value. */
  found: string
  /** What to do; `null` where there is nothing. */
  remedy: string | null
}

export const ok = (name: string, found: string): Finding => ({ name, verdict: 'ok', found, remedy: null })
export const warning = (name: string, found: string, remedy: string): Finding => ({
  name,
  verdict: 'warning',
  found,
  remedy,
})
export const failed = (name: string, found: string, remedy: string): Finding => ({
  name,
  verdict: 'failed',
  found,
  remedy,
})

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
