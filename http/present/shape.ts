/** The building blocks of every answer: money is decimal text, time is UTC ISO-8601, absent is `null`. */
import { z } from '@hono/zod-openapi'

export const amount = (description: string) =>
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .openapi({ description })

export const moment = (description: string) => z.iso.datetime().openapi({ description })
export const text = (description: string) => z.string().openapi({ description })
export const number = (description: string) => z.number().openapi({ description })
export const count = (description: string) => z.int().min(0).openapi({ description })
export const flag = (description: string) => z.boolean().openapi({ description })
export const choice = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) => z.enum(values).openapi({ description })

/** A page of a list. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    total: count('Rows that match, on all pages.'),
    next: text('Cursor of the next page; `null` on the last.').nullable(),
  })

export type ListOf<Item> = { items: Item[]; total: number; next: string | null }

export const iso = (at: number): string => new Date(at).toISOString()
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))
