/** What the engine asks of the thread of its embedded database, and how that answers. */
export type Question =
  | { kind: 'query'; sql: string; parameters: unknown[] | undefined; rowMode: 'array' | 'object' }
  | { kind: 'begin' }
  | { kind: 'commit' }
  | { kind: 'rollback' }
  | { kind: 'close' }

export type Asked = Question & { id: number }

/** An error loses its own fields (`code`, `detail`) on the way between threads, so they travel beside it. */
export type Failure = { message: string; stack: string | undefined; fields: Record<string, unknown> }

/** The `id` of an answer that nobody asked for: that the database stands, or why it does not. */
export const OPENED = 0

export type Answered = { id: number } & ({ value: unknown } | { failure: Failure })
