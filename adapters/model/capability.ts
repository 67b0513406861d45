/**
 * What an endpoint turned out to be able to do, by address and model. Nothing is tried out beforehand: a question goes
 * out in the strongest form not yet refused, and what is remembered is the form that was answered.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { isOpenAi } from './endpoint.ts'

const FORMATS = ['json_schema', 'json_object', 'text'] as const
export type Format = (typeof FORMATS)[number]

export type Capability = {
  format: Format
  tools: boolean
  /** Name of the token limit. */
  limit: 'max_tokens' | 'max_completion_tokens'
  temperature: boolean
  reasoning: boolean
}

const schema: z.ZodType<Capability> = z.object({
  format: z.enum(FORMATS),
  tools: z.boolean(),
  limit: z.enum(['max_tokens', 'max_completion_tokens']),
  temperature: z.boolean(),
  reasoning: z.boolean(),
})

export const fullCapability = (baseUrl: string): Capability => ({
  format: 'json_schema',
  tools: true,
  limit: isOpenAi(baseUrl) ? 'max_completion_tokens' : 'max_tokens',
  temperature: true,
  reasoning: true,
})

const isSame = (a: Capability, b: Capability): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * Remembers in memory and, given a file in a folder that is there, across starts. A file that cannot be read or written
 * is done without.
 */
export class CapabilityMemory {
  readonly #file: string | null
  readonly #known = new Map<string, Capability>()

  constructor(file: string | null) {
    this.#file = file
    if (file !== null) this.#load(file)
  }

  of(baseUrl: string, model: string): Capability {
    return this.#known.get(keyOf(baseUrl, model)) ?? fullCapability(baseUrl)
  }

  remember(baseUrl: string, model: string, capability: Capability): void {
    if (isSame(this.of(baseUrl, model), capability)) return
    this.#known.set(keyOf(baseUrl, model), capability)
    if (this.#file !== null) this.#save(this.#file)
  }

  #load(file: string): void {
    try {
      const stored = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')))
      for (const [key, value] of Object.entries(stored)) {
        const read = schema.safeParse(value)
        if (read.success) this.#known.set(key, read.data)
      }
    } catch {
      // Not there, or not ours: what it knew is found out again, for one refused question each.
    }
  }

  #save(file: string): void {
    try {
      writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(this.#known), null, 2)}\n`)
      renameSync(`${file}.new`, file)
    } catch {
      // A full or read-only disk must not cost a decision.
    }
  }
}

/** Without a user, password or query, which an address should not have and a file must not. */
const keyOf = (baseUrl: string, model: string): string => {
  if (!URL.canParse(baseUrl)) return model
  const { origin, pathname } = new URL(baseUrl)
  return `${origin}${pathname} ${model}`
}

const REFUSING = new Set([400, 404, 415, 422, 500, 501])
const ABOUT_FORMAT = /response_?format|json_?schema|json_?object|structured[ _]outputs?|grammar/i
const ABOUT_TOOLS = /\btools?\b|tool_choice|function[ _]call/i
const UNMET = /no (endpoints|providers?).{0,60}(support|handle|parameter)/i

/** The refusal names a response format or tools. */
export const isAboutForm = (message: string): boolean =>
  ABOUT_FORMAT.test(message) || ABOUT_TOOLS.test(message) || UNMET.test(message)

type Asked = { format: boolean; tools: boolean; temperature: boolean; reasoning: boolean }

const weakerFormat = (now: Capability): Capability => ({
  ...now,
  format: now.format === 'json_schema' ? 'json_object' : 'text',
})

/** The next weaker form after a refusal that names what it cannot do; `null`: it is about something else. */
export const weakened = (
  now: Capability,
  asked: Asked,
  refusal: { status: number; message: string },
): Capability | null => {
  const { status, message } = refusal
  if (!REFUSING.has(status)) return null
  const unmet = UNMET.test(message)
  // A broken server says 500 to everything; only its words make it a refusal.
  if (asked.format && now.format !== 'text' && (unmet || ABOUT_FORMAT.test(message))) return weakerFormat(now)
  if (/max_completion_tokens/i.test(message) && now.limit === 'max_tokens')
    return { ...now, limit: 'max_completion_tokens' }
  if (/max_completion_tokens/i.test(message) && now.limit === 'max_completion_tokens')
    return { ...now, limit: 'max_tokens' }
  if (asked.reasoning && now.reasoning && /reasoning/i.test(message)) return { ...now, reasoning: false }
  if (asked.temperature && now.temperature && /temperature/i.test(message))
    return { ...now, temperature: false }
  if (asked.tools && now.tools && (unmet || ABOUT_TOOLS.test(message))) return { ...now, tools: false }
  return null
}
