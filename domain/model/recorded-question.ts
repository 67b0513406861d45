/**
 * A recorded question, taken apart so that it can be asked again: of another model as it was, or in the words of another
 * prompt. Everything is read from what was sent; nothing is asked of a state that may be gone.
 */
import { INTERVALS, type Interval } from '../interval.ts'
import type { ModelCall } from './call.ts'
import type { Legal, SchemaVersion } from './legal.ts'
import type { ModelMessage } from './port.ts'
import { type PromptTemplate, renderPrompt } from './prompt.ts'

export type RecordedQuestion = {
  version: SchemaVersion
  /** The document as it was sent. */
  context: string
  /** What stood behind the document in the user's message, such as the proposals of the account's rules. */
  added: string
  at: string
  interval: Interval
  accountId: string
  legal: Legal[]
  /** Prices of the document, to eight digits: what levels of an answer are compared with. */
  marks: Record<string, number | null>
}

export type ReadQuestion = { ok: true; question: RecordedQuestion } | { ok: false; problem: string }

const BEGINS = /\{\s*"context_version":/
const RULES_BEGIN = '\n\nThe rules of this account propose, as JSON:\n'
const ACTIONS: readonly string[] = ['buy', 'sell', 'close', 'hold']

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const refused = (problem: string): ReadQuestion => ({ ok: false, problem })

/** End of the object that begins at `start`; `null` where it never ends. Braces inside strings do not count. */
const objectEnd = (text: string, start: number): number | null => {
  let depth = 0
  let inString = false
  for (let index = start; index < text.length; index += 1) {
    const letter = text[index]
    if (inString) {
      if (letter === '\\') index += 1
      else if (letter === '"') inString = false
    } else if (letter === '"') inString = true
    else if (letter === '{') depth += 1
    else if (letter === '}') {
      depth -= 1
      if (depth === 0) return index + 1
    }
  }
  return null
}

/** The document and what the flow put behind the prompt; `null` where there is none that can be read. */
const documentIn = (
  messages: readonly ModelMessage[],
): { text: string; fields: Fields; added: string } | null => {
  for (const { content } of messages.slice(0, 2).toReversed()) {
    const start = content.search(BEGINS)
    const end = start < 0 ? null : objectEnd(content, start)
    if (end === null) continue
    const text = content.slice(start, end)
    const rules = content.indexOf(RULES_BEGIN, end)
    try {
      const fields: unknown = JSON.parse(text)
      if (isFields(fields)) return { text, fields, added: rules < 0 ? '' : content.slice(rules) }
    } catch {
      return null
    }
  }
  return null
}

const legalIn = ({ decide }: Fields): Legal[] | null => {
  if (!Array.isArray(decide)) return null
  const legal: Legal[] = []
  for (const each of decide) {
    if (!isFields(each) || typeof each['asset'] !== 'string' || !Array.isArray(each['actions'])) return null
    const { actions } = each
    if (!actions.every(action => ACTIONS.includes(action as string))) return null
    legal.push({ symbol: each['asset'], actions: actions as Legal['actions'] })
  }
  return legal.length === 0 ? null : legal
}

const marksIn = ({ market }: Fields): RecordedQuestion['marks'] =>
  Object.fromEntries(
    (Array.isArray(market) ? market : []).flatMap(each =>
      isFields(each) && typeof each['asset'] === 'string'
        ? [[each['asset'], typeof each['price'] === 'number' ? each['price'] : null]]
        : [],
    ),
  )

const versionOf = ({ request }: ModelCall): SchemaVersion | null => {
  const found = /^trade_decisions_v([12])$/.exec(request.format?.name ?? '')
  return found === null ? null : found[1] === '1' ? 1 : 2
}

/** Says what is missing where a call is no question for a decision that can be read again. */
export const readQuestion = (call: ModelCall): ReadQuestion => {
  const version = versionOf(call)
  if (version === null) return refused('its answer schema is not known here')
  const document = documentIn(call.request.messages)
  if (document === null) return refused('there is no context document in its messages')
  const { fields } = document
  const legal = legalIn(fields)
  if (legal === null) return refused('its context does not say what there is to decide')
  const interval = INTERVALS.find(each => each === fields['decision_interval'])
  const { time, account } = fields
  if (interval === undefined || typeof time !== 'string' || !isFields(account)) {
    return refused('its context lacks time, decision_interval or account')
  }
  const accountId = typeof account['id'] === 'string' ? account['id'] : ''
  const { text, added } = document
  const marks = marksIn(fields)
  return {
    ok: true,
    question: { version, context: text, added, at: time, interval, accountId, legal, marks },
  }
}

/** The same document in another template; figures that tools had found before the answer stay behind it. */
export const inWordsOf = (
  { request }: Pick<ModelCall, 'request'>,
  question: RecordedQuestion,
  template: PromptTemplate,
): ModelMessage[] => {
  const prompt = renderPrompt(template, {
    account: question.accountId,
    assets: question.legal.map(each => each.symbol).join(', '),
    context: question.context,
    interval: question.interval,
    schema: JSON.stringify(request.format?.schema ?? {}),
    time: question.at,
  })
  return [
    { role: 'system', content: prompt.system },
    { role: 'user', content: prompt.user + question.added },
    ...request.messages.slice(2),
  ]
}
