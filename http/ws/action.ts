/** What a client may say, read strictly. */
import { z } from '@hono/zod-openapi'
import { typesOf } from '../present/stream-envelope.ts'
import type { StreamName } from './message.ts'
import type { Wish } from './selection.ts'

const must = 'a text or a list of 1 to 100 texts of 1 to 100 characters'
const one = z.string(must).min(1, must).max(100, must)
const list = z
  .union([one.transform(value => [value]), z.array(one, must).min(1, must).max(100, must)], must)
  .optional()
const filters = { account_id: list, assets: list, types: list }

const Action = z.discriminatedUnion(
  'action',
  [
    z.strictObject({ action: z.literal('subscribe'), ...filters }),
    z.strictObject({ action: z.literal('unsubscribe'), ...filters }),
    z.strictObject({ action: z.literal('ping') }),
  ],
  'an object with action subscribe, unsubscribe or ping',
)
export type Action = z.infer<typeof Action>

export type ReadAction = { action: Action; problem: null } | { action: null; problem: string }

/** `problem` reads after "the message". */
export const readAction = (text: string, stream: StreamName): ReadAction => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { action: null, problem: 'is not JSON' }
  }
  const parsed = Action.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    if (issue?.code === 'unrecognized_keys') {
      return { action: null, problem: `has a field that is not known: ${String(issue.keys[0]).slice(0, 50)}` }
    }
    return { action: null, problem: problemOf(issue?.path[0], issue?.message ?? 'another') }
  }
  const stranger = unknownType('types' in parsed.data ? parsed.data : {}, stream)
  if (stranger === null) return { action: parsed.data, problem: null }
  return { action: null, problem: `has types with '${stranger.slice(0, 50)}', which ${stream} does not have` }
}

/** `account_id` is one, `assets` and `types` are several. */
const problemOf = (field: PropertyKey | undefined, must: string): string => {
  if (field === undefined) return `must be ${must}`
  if (field === 'action') return 'has an action that must be subscribe, unsubscribe or ping'
  return `has ${field === 'account_id' ? 'an ' : ''}${String(field)} that must be ${must}`
}

/** The first type that the stream does not have; `null`: it has all. */
const unknownType = ({ types }: Wish, stream: StreamName): string | null =>
  types?.find(each => !typesOf(stream).includes(each)) ?? null
