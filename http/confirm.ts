/**
 * The second step of what makes things more dangerous: who asks says again, in `confirm`, what it is about. What makes them
 * safer takes one call.
 */
import { z } from '@hono/zod-openapi'
import { Problem } from './problem.ts'

const text = 'the id it is about, or the list of ids'
const given = z.union([z.string(), z.array(z.string())], text)

/** A field of a body; it is asked for by `requireConfirm`, which says why. */
export const confirm = (description: string) => given.optional().openapi({ description })

const listOf = (value: string | readonly string[] | undefined): string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : [...value]

/** Ids that are written out in an answer; of more, who asked has the list. */
const TOLD_MAX = 5

/** What to send, such that who sends it is understood: `main`, `["main","other"]`. */
const wanted = (expected: readonly string[]): string => {
  const [first = '', ...others] = expected
  if (others.length === 0) return first
  if (expected.length <= TOLD_MAX) return JSON.stringify(expected)
  return `the list of all ${expected.length} ids that the request names, ${JSON.stringify(first)} to ${JSON.stringify(expected.at(-1))}`
}

/** @throws Problem `confirmation_missing` unless exactly `expected` was said again. */
export const requireConfirm = (
  value: string | readonly string[] | undefined,
  expected: readonly string[],
  why: string,
): void => {
  const said = new Set(listOf(value))
  if (said.size === new Set(expected).size && expected.every(each => said.has(each))) return
  throw new Problem('confirmation_missing', {
    detail: `${why}, so that it takes a confirmation.`,
    remedy: `Say again what it is about, as confirm: ${wanted([...new Set(expected)])}. Nothing was changed.`,
    parameter: 'confirm',
  })
}
