/**
 * The questions of one cycle: each within what is left of its deadline and budgets, each a fact whatever comes of it.
 *
 * Time is counted in what the answers took, not read from a clock, so that a replay of the same answers ends the same way.
 */
import { createHash } from 'node:crypto'
import type { Fact } from '../../domain/fact.ts'
import { type CallPurpose, cycleIdOf } from '../../domain/model/call.ts'
import { canonicalRequest } from '../../domain/model/canonical.ts'
import {
  DISABLING,
  type ModelFailure,
  type ModelReply,
  type ModelRequest,
  RETRYABLE,
} from '../../domain/model/port.ts'
import type { Withheld } from '../../domain/strategy.ts'
import type { DecideInput } from '../../machines/account/context.ts'
import { type Flow, isPromise, wait } from '../flow.ts'
import { within } from '../time-limit.ts'
import type { World } from '../world.ts'
import type { Advisor } from './advisor.ts'
import { plainReply } from './plain-reply.ts'

export type Question = Pick<ModelRequest, 'messages' | 'format' | 'tools'> &
  Partial<Pick<ModelRequest, 'temperature' | 'reasoningEffort'>>

export type Heard = Extract<ModelReply, { ok: true }>
export type Failed = Extract<ModelReply, { ok: false }>
/** What the asker makes of an answer. */
export type Verdict<Value> =
  | { outcome: 'accepted' | 'tool_calls'; value: Value }
  | { outcome: 'rejected'; problem: string }

export type Asked<Value> =
  | { kind: 'heard'; model: string; reply: Heard; verdict: Verdict<Value> }
  | { kind: 'failed'; model: string; reply: Failed }
  /** Nobody was asked. */
  | { kind: 'stopped'; withheld: Withheld }

/** While others stand behind it, a model gets this share of what is left of the deadline. */
const SHARE_BEFORE_FALLBACK = 0.6
/** A model that does not keep to its deadline is not waited for longer than this beyond it. */
const GRACE_MS = 2_000
const MESSAGE_MAX = 300

const hashOf = (request: ModelRequest): string =>
  createHash('sha256').update(canonicalRequest(request)).digest('hex')

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_MAX)

const failedReply = (model: string, failure: ModelFailure, message: string, latencyMs: number): Failed => ({
  ok: false,
  failure,
  message,
  status: null,
  text: '',
  retryAfterMs: null,
  model,
  provider: null,
  id: null,
  usage: null,
  latencyMs,
})

export const withheldBy = ({ failure, message }: Failed, model: string): Withheld => ({
  code: `model_${failure}`,
  limit: null,
  actual: `${model}: ${message.slice(0, MESSAGE_MAX)}`,
})

export class Inquiry {
  readonly cycleId: string
  readonly #world: World
  readonly #advisor: Advisor
  readonly #input: DecideInput
  readonly #symbols: readonly string[]
  readonly #promptVersion: string
  #asked = 0
  #elapsedMs = 0

  constructor(
    world: World,
    advisor: Advisor,
    cycle: { input: DecideInput; symbols: readonly string[]; promptVersion: string },
  ) {
    this.#world = world
    this.#advisor = advisor
    this.#input = cycle.input
    this.#symbols = cycle.symbols
    this.#promptVersion = cycle.promptVersion
    this.cycleId = cycleIdOf(cycle.input.accountId, cycle.input.at)
  }

  /** Asks the model, and those behind it while nobody can answer. Ends with the last that was tried. */
  *askAny<Value>(
    purpose: CallPurpose,
    question: Question,
    judge: (reply: Heard) => Verdict<Value>,
  ): Flow<Asked<Value>> {
    const { name, fallbacks } = this.#advisor.settings
    const models = [name, ...fallbacks]
    let last: Asked<Value> | null = null
    for (const [index, model] of models.entries()) {
      const asked: Asked<Value> = yield* this.ask(purpose, model, question, judge, index < models.length - 1)
      if (asked.kind === 'heard') return asked
      // The last one that was asked says more than those that were not.
      if (last === null || asked.kind === 'failed') last = asked
      if (asked.kind === 'stopped' && asked.withheld.code === 'model_budget_spent') return last
      if (asked.kind === 'failed' && !passesOn(asked.reply.failure)) return asked
    }
    if (last === null) throw new Error('Invariant: a chain of models has at least one')
    return last
  }

  *ask<Value>(
    purpose: CallPurpose,
    model: string,
    question: Question,
    judge: (reply: Heard) => Verdict<Value>,
    hasFallback = false,
  ): Flow<Asked<Value>> {
    const withheld = this.#withheld(model)
    if (withheld !== null) return { kind: 'stopped', withheld }
    const { settings } = this.#advisor
    const request: ModelRequest = {
      model,
      messages: question.messages,
      format: question.format,
      tools: question.tools,
      temperature: question.temperature === undefined ? settings.temperature : question.temperature,
      reasoningEffort:
        question.reasoningEffort === undefined ? settings.reasoningEffort : question.reasoningEffort,
      tokensMax: settings.tokensMax,
    }
    const leftMs = settings.timeoutMs - this.#elapsedMs
    const deadlineMs = Math.ceil(hasFallback ? leftMs * SHARE_BEFORE_FALLBACK : leftMs)
    const answer = plainReply(yield* this.#send(request, deadlineMs))
    this.#elapsedMs += Math.max(0, answer.latencyMs)
    const isLate = answer.ok && this.#elapsedMs > settings.timeoutMs
    const reply = isLate ? lateReply(answer, settings.timeoutMs) : answer
    if (!reply.ok) {
      this.#record(purpose, request, reply, 'failed', `${reply.failure}: ${reply.message}`)
      return { kind: 'failed', model, reply }
    }
    const verdict = judge(reply)
    const problem = verdict.outcome === 'rejected' ? verdict.problem : null
    this.#record(purpose, request, reply, verdict.outcome, problem)
    return { kind: 'heard', model, reply, verdict }
  }

  /** Why this model is not to be asked now. */
  #withheld(model: string): Withheld | null {
    const { spend, health, settings } = this.#advisor
    const { accountId } = this.#input
    const now = this.#world.clock.now()
    const spent = spend.exhausted(accountId, settings.budget, this.cycleId, now)
    if (spent !== null) return spent
    const unwell = health.problemOf(accountId, model, now)
    if (unwell !== null) return unwell
    if (this.#elapsedMs < settings.timeoutMs) return null
    return { code: 'model_timeout', limit: `${settings.timeoutMs} ms`, actual: `${this.#elapsedMs} ms` }
  }

  /** A port that breaks its word, by throwing or by never answering, has failed like any other. */
  *#send(request: ModelRequest, deadlineMs: number): Flow<ModelReply> {
    const { model, settings } = this.#advisor
    try {
      const answer = model.ask(request, { deadlineMs, bytesMax: settings.bytesMax })
      if (!isPromise(answer)) return yield* wait(answer)
      const limited = within(answer, deadlineMs + GRACE_MS, 'the answer of the model')
      return yield* wait(limited)
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TooSlow'
      const failure = isLate ? 'timeout' : 'unreachable'
      return failedReply(request.model, failure, messageOf(error), isLate ? deadlineMs : 0)
    }
  }

  #record(
    purpose: CallPurpose,
    request: ModelRequest,
    reply: ModelReply,
    outcome: Extract<Fact, { type: 'model.called' }>['call']['outcome'],
    problem: string | null,
  ): void {
    const { accountId, at } = this.#input
    this.#asked += 1
    const call = {
      callId: `${this.cycleId}-${this.#asked}`,
      cycleId: this.cycleId,
      candleAt: at,
      symbols: [...this.#symbols],
      purpose,
      requestHash: hashOf(request),
      promptVersion: this.#promptVersion,
      request,
      reply,
      outcome,
      problem,
    }
    this.#world.journal.record(accountId, this.#world.clock.now(), { type: 'model.called', call })
  }
}

/** Another model may answer what this one cannot. */
const passesOn = (failure: ModelFailure): boolean => RETRYABLE.has(failure) || DISABLING.has(failure)

/** An answer that took longer than it may have is dropped; what it cost is booked. */
const lateReply = (reply: Heard, timeoutMs: number): Failed => ({
  ...failedReply(reply.model, 'timeout', `answered after the deadline of ${timeoutMs} ms`, reply.latencyMs),
  text: reply.text,
  provider: reply.provider,
  id: reply.id,
  usage: reply.usage,
})
