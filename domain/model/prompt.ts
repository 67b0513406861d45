/**
 * Prompt templates: text files with a name, a version, a system part and a user part, and variables in double braces. There
 * is nothing else to the language: no conditions, no loops, and what a variable holds is never looked at again.
 *
 *     ---
 *     name: agent
 *     version: 1
 *     ---
 *     # system
 *     ...
 *     # user
 *     Decide for {{assets}}. ... {{context}}
 */
import { nearest } from '../nearest.ts'
import { CONTEXT_VERSION } from './context.ts'
import { bounded } from './context-json.ts'

export const PROMPT_VARIABLES = ['account', 'assets', 'context', 'interval', 'schema', 'time'] as const
export type PromptVariable = (typeof PROMPT_VARIABLES)[number]

export type PromptTemplate = { name: string; version: string; system: string; user: string }

export type ReadTemplate = { ok: true; template: PromptTemplate } | { ok: false; problem: string }

export type RenderedPrompt = {
  system: string
  user: string
  /** Of the template and of the context: `agent@1 context@1`. */
  version: string
}

type Refused = { ok: false; problem: string }
type Front = { name: string; version: string; next: number }
type Section = 'system' | 'user'

const VARIABLE = /\{\{([^{}]*)\}\}/g
const HEADING = /^#[ \t]+(system|user)[ \t]*$/i
const NAME = /^[\w.-]{1,40}$/

const refused = (line: number | null, problem: string): Refused => ({
  ok: false,
  problem: line === null ? problem : `line ${line}: ${problem}`,
})

const isRefused = (value: object): value is Refused => 'problem' in value

const isVariable = (name: string): name is PromptVariable =>
  (PROMPT_VARIABLES as readonly string[]).includes(name)

const shown = (text: string): string => bounded(text, 40)

const readFront = (lines: readonly string[]): Front | Refused => {
  if (lines[0]?.trim() !== '---') return refused(1, 'a template begins with --- and then name: and version:')
  const end = lines.findIndex((line, index) => index > 0 && line.trim() === '---')
  if (end < 0) return refused(1, 'the --- of the first line has no second --- that ends it')
  const found = new Map<string, string>()
  for (let index = 1; index < end; index += 1) {
    const line = (lines[index] as string).trim()
    if (line === '') continue
    const [, key = '', value = ''] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? []
    if (key !== 'name' && key !== 'version') {
      return refused(index + 1, `"${shown(line)}" is not known here; write name: and version:`)
    }
    if (!NAME.test(value)) {
      return refused(
        index + 1,
        `${key} must be 1 to 40 letters, digits, dots and dashes, got "${shown(value)}"`,
      )
    }
    if (found.has(key)) return refused(index + 1, `${key} is given twice`)
    found.set(key, value)
  }
  const [name, version] = [found.get('name'), found.get('version')]
  if (name === undefined || version === undefined) {
    return refused(end + 1, `${name === undefined ? 'name' : 'version'}: is missing before this line`)
  }
  return { name, version, next: end + 1 }
}

/** What is wrong with the variables of a line; `null` when nothing is. */
const variableProblem = (line: string): string | null => {
  for (const [, inner = ''] of line.matchAll(VARIABLE)) {
    const name = inner.trim()
    if (isVariable(name)) continue
    const close = nearest(name, PROMPT_VARIABLES)
    const meant = close === null ? '' : `; did you mean {{${close}}}?`
    return `there is no variable {{${shown(name)}}}${meant} Known are ${PROMPT_VARIABLES.join(', ')}.`
  }
  const rest = line.replace(VARIABLE, '')
  if (/\{\{|\}\}/.test(rest)) return 'braces {{ and }} must hold the name of one variable, on one line'
  return null
}

const readSections = (lines: readonly string[], from: number): Record<Section, string> | Refused => {
  const found = new Map<Section, string[]>()
  let current: string[] | null = null
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] as string
    const heading = HEADING.exec(line)?.[1]?.toLowerCase() as Section | undefined
    if (heading !== undefined) {
      if (found.has(heading)) return refused(index + 1, `there is a second "# ${heading}"`)
      current = []
      found.set(heading, current)
      continue
    }
    const problem = variableProblem(line)
    if (problem !== null) return refused(index + 1, problem)
    if (current !== null) current.push(line)
    else if (line.trim() !== '') return refused(index + 1, 'text stands before "# system" and "# user"')
  }
  const [system, user] = (['system', 'user'] as const).map(section => found.get(section)?.join('\n').trim())
  if (!system || !user) return refused(null, `the part "# ${system ? 'user' : 'system'}" is missing or empty`)
  return { system, user }
}

/** Names the line of the first fault, what is wrong there and what is known. */
export const readTemplate = (text: string): ReadTemplate => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const front = readFront(lines)
  if (isRefused(front)) return front
  const sections = readSections(lines, front.next)
  if (isRefused(sections)) return sections
  const used = new Set(
    [...`${sections.system}\n${sections.user}`.matchAll(VARIABLE)].map(([, inner = '']) => inner.trim()),
  )
  for (const needed of ['context', 'schema'] as const) {
    if (!used.has(needed)) {
      return refused(null, `{{${needed}}} is never used: the model would not be told ${NEEDED_FOR[needed]}`)
    }
  }
  return { ok: true, template: { name: front.name, version: front.version, ...sections } }
}

const NEEDED_FOR = {
  context: 'anything of the market and the account',
  schema: 'how to answer where the endpoint knows no schema',
} as const

/** Replaces each variable once: braces inside a value stay as they are. */
export const renderPrompt = (
  template: PromptTemplate,
  variables: Readonly<Record<PromptVariable, string>>,
): RenderedPrompt => {
  const render = (text: string): string =>
    text.replace(VARIABLE, (_match, inner: string) => variables[inner.trim() as PromptVariable])
  return {
    system: render(template.system),
    user: render(template.user),
    version: `${template.name}@${template.version} context@${CONTEXT_VERSION}`,
  }
}
