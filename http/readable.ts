/**
 * Text that no database takes: the character NUL, and halves of a character. It is refused here once, for the parameters
 * and ids of every path, rather than by each list.
 */
import type { MiddlewareHandler } from 'hono'
import type { HttpContext, HttpEnv } from './context.ts'
import { answerUnknownPath } from './problem.ts'
import { invalid } from './query.ts'
import { isStorable, visible } from '../domain/text.ts'

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    // What is no text in UTF-8 stays as it was sent, here as in the router.
    return path
  }
}

/** @throws Problem `query_invalid`; answers 404 for an id with such text. */
export const readable: MiddlewareHandler<HttpEnv> = async (c: HttpContext, next) => {
  // A path with an escape that is none is decoded in parts by the router: the escape of NUL is looked for as well.
  if (c.req.path.includes('%00') || !isStorable(decoded(c.req.path))) return answerUnknownPath(c)
  for (const [name, values] of Object.entries(c.req.queries())) {
    const wrong = isStorable(name) ? values.find(each => !isStorable(each)) : name
    if (wrong === undefined) continue
    throw invalid(visible(name).slice(0, 50), visible(wrong).slice(0, 100), 'text without the character NUL')
  }
  return next()
}
