/** Pages keep their links under the prefix they were opened at. */
import type { HttpContext } from './context.ts'

/** What the alias took off the path, e.g. `/api/v1`. */
export const prefixOf = (c: HttpContext): string =>
  /^\/api(?:\/v1)?(?=\/)/.exec(new URL(c.req.url).pathname)?.[0] ?? ''
