/** What a store has of one model account: its questions of a time, all answers up to then, and what became of them. */
import type { DecisionRecord } from '../../domain/fact.ts'
import type { ModelCall } from '../../domain/model/call.ts'
import type { StoreReader, TradeRow } from '../../domain/ports.ts'
import { everyRow } from '../every-row.ts'

export type RecordedLife = {
  /** Questions that asked for the decision, oldest first; of a cycle with several, the last. */
  questions: ModelCall[]
  /** Questions of that time beyond the limit. */
  more: number
  /** All that was answered up to the last question, oldest first. */
  answers: Pick<ModelCall, 'requestHash' | 'reply'>[]
  /** By decision id, of the cycles of `questions`. */
  decisions: Map<string, DecisionRecord>
  /** Closed ones, by the decision that opened them. */
  trades: Map<string, TradeRow>
  /** Time of the newest fact: the recorded market goes no further. `null`: there is none. */
  endAt: number | null
}

export type LifeQuery = { accountId: string; from: number | null; to: number | null; limit: number }

/** Rows of one read: questions and answers are long. */
const PAGE = 200

export const readLife = async (reader: StoreReader, query: LifeQuery): Promise<RecordedLife> => {
  const { accountId, from, to, limit } = query
  const own = { accountId: [accountId] }
  const before = to === null ? {} : { to }
  const answers: RecordedLife['answers'] = []
  const questions = new Map<string, ModelCall>()
  const beyond = new Set<string>()
  for await (const row of everyRow(filter => reader.interactions(filter), { ...own, ...before }, PAGE)) {
    const { accountId: _accountId, at, ...call } = row
    answers.push({ requestHash: call.requestHash, reply: call.reply })
    if (call.purpose !== 'answer' || (from !== null && at < from)) continue
    if (questions.has(call.cycleId) || questions.size < limit) questions.set(call.cycleId, call)
    else beyond.add(call.cycleId)
  }
  const asked = [...questions.values()]
  const since = asked[0]?.candleAt ?? 0
  const candles = new Set(asked.map(each => each.candleAt))
  const decisions: RecordedLife['decisions'] = new Map()
  const trades: RecordedLife['trades'] = new Map()
  if (asked.length > 0) {
    for await (const row of everyRow(filter => reader.decisions(filter), { ...own, from: since }, PAGE)) {
      if (candles.has(row.candleAt)) decisions.set(row.decisionId, row)
    }
    for await (const row of everyRow(filter => reader.trades(filter), { ...own, from: since }, PAGE)) {
      if (row.decisionId !== null) trades.set(row.decisionId, row)
    }
  }
  const newest = await reader.facts({ ...own, limit: 1 })
  const endAt = newest.items[0]?.at ?? null
  return { questions: asked, more: beyond.size, answers, decisions, trades, endAt }
}
