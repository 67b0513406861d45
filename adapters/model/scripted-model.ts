/**
 * The built-in offline model: it gets what every model gets and answers by simple rules on the numbers it finds there, so
 * that profiles, tests and demonstrations run without a key. It is not meant to earn anything.
 *
 * Its usage is made up: a token for every four characters of question and answer. It costs nothing.
 */
import type { Model, ModelReply, ModelRequest } from '../../domain/model/port.ts'
import { requestHash } from './request-hash.ts'
import { answerOf, slipped } from './scripted/answer.ts'
import { readTask } from './scripted/reading.ts'
import { TEMPER_NAMES, TEMPERS, type TemperName } from './scripted/temper.ts'

const CHARACTERS_PER_TOKEN = 4
const tokensIn = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN)

const temperOf = (model: string): TemperName | null =>
  TEMPER_NAMES.find(name => model === `scripted/${name}`) ?? null

/** The text: JSON where a schema is asked for, else words. Questions with tools are answered without using any. */
const answer = (request: ModelRequest, name: TemperName, hash: string): string => {
  if (request.format === null) return 'I need no further figures.'
  const document = answerOf(readTask(request), TEMPERS[name])
  return name === 'erratic'
    ? slipped(document, Number.parseInt(hash.slice(0, 8), 16))
    : JSON.stringify(document)
}

const reply = (request: ModelRequest): ModelReply => {
  const common = { model: request.model, provider: 'built-in', latencyMs: 0 }
  const name = temperOf(request.model)
  if (name === null) {
    const known = TEMPER_NAMES.map(each => `scripted/${each}`).join(', ')
    const message = `there is no built-in model ${request.model}; known are ${known}`
    const nothing = { id: null, usage: null, text: '', status: null, retryAfterMs: null }
    return { ok: false, ...common, ...nothing, failure: 'model_not_found', message }
  }
  const hash = requestHash(request)
  const text = answer(request, name, hash)
  const asked = request.messages.map(each => each.content).join('')
  const usage = {
    promptTokens: tokensIn(asked),
    completionTokens: tokensIn(text),
    reasoningTokens: 0,
    cachedTokens: 0,
    costUsd: '0',
  }
  const id = `scripted-${hash.slice(0, 16)}`
  return { ok: true, ...common, id, usage, text, toolCalls: [], finish: 'stop' }
}

/** Answers at once, and the same question always the same. */
export const scriptedModel = (): Model => ({ ask: request => reply(request) })
