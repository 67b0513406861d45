/** Asks recorded questions again, one after the other: another model, another prompt, or the same once more. */
import { costOf, type ModelCall } from '../../domain/model/call.ts'
import type { Model, ModelReply, ModelRequest } from '../../domain/model/port.ts'
import type { PromptTemplate } from '../../domain/model/prompt.ts'
import { readDecisions } from '../../domain/model/read-decisions.ts'
import { inWordsOf, readQuestion } from '../../domain/model/recorded-question.ts'
import type { ModelSettings } from '../../domain/model/settings.ts'
import { addCall, type Bill } from '../../domain/model/side-by-side.ts'
import type { Proposal } from '../../domain/strategy.ts'
import { within } from '../time-limit.ts'
import { plainReply } from './plain-reply.ts'

export type SecondAsker = {
  model: Model
  settings: ModelSettings
  /** `null`: the model that was asked then. */
  name: string | null
  /** `null`: the messages as they were. */
  template: PromptTemplate | null
}

export type SecondAnswer =
  | { ok: true; proposals: readonly Proposal[]; reply: ModelReply }
  /** `reply` is `null` where nobody was asked. */
  | { ok: false; problem: string; reply: ModelReply | null }

/** A model that does not keep to its deadline is not waited for longer than this beyond it. */
const GRACE_MS = 2_000

const send = async (asker: SecondAsker, request: ModelRequest): Promise<ModelReply | string> => {
  const { timeoutMs, bytesMax } = asker.settings
  try {
    const answer = asker.model.ask(request, { deadlineMs: timeoutMs, bytesMax })
    return plainReply(await within(Promise.resolve(answer), timeoutMs + GRACE_MS, 'the answer of the model'))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export const askAgain = async (asker: SecondAsker, call: ModelCall): Promise<SecondAnswer> => {
  const read = readQuestion(call)
  if (!read.ok) return { ok: false, problem: read.problem, reply: null }
  const { question } = read
  const { template, name } = asker
  const messages = template === null ? call.request.messages : inWordsOf(call, question, template)
  const reply = await send(asker, { ...call.request, model: name ?? call.request.model, messages })
  if (typeof reply === 'string') return { ok: false, problem: reply, reply: null }
  if (!reply.ok) return { ok: false, problem: `${reply.failure}: ${reply.message}`, reply }
  const { version, legal, marks } = question
  const answer = readDecisions(reply.text, { version, legal, marks })
  if (!answer.ok) return { ok: false, problem: `${answer.code}: ${answer.problem}`, reply }
  return { ok: true, proposals: answer.proposals, reply }
}

export const billed = (bill: Bill, reply: ModelReply): Bill => {
  const { usage } = reply
  return addCall(bill, costOf({ reply }), (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0))
}
