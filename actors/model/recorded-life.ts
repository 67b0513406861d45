/** What a store has of one model account: its questions of a time, all answers up to then, and what became of them. */
import type { DecisionRecord } from '../../domain/fact.ts'
import type { ModelCall } from '../../domain/model/call.ts'
import type { Page, RowQuery, StoreReader, TradeRow } from '../../domain/ports.ts'

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

const PAGE = 200

async function* rowsOf<Row>(
  read: (query: RowQuery) => Promise<Page<Row>>,
  filter: Omit<RowQuery, 'limit'>,
): AsyncGenerator<Row> {
  for (let cursor: string | undefined; ; ) {
    const more = cursor === undefined ? {} : { cursor }
    const page = await read({ ...filter, ...more, limit: PAGE, oldestFirst: true })
    yield* page.items
    if (page.next === null) return
    cursor = page.next
  }
}

export const readLife = async (reader: StoreReader, query: LifeQuery): Promise<RecordedLife> => {
  const { accountId, from, to, limit } = query
  const own = { accountId: [accountId] }
  const before = to === null ? {} : { to }
  const answers: RecordedLife['answers'] = []
  const questions = new Map<string, ModelCall>()
  const beyond = new Set<string>()
  for await (const row of rowsOf(filter => reader.interactions(filter), { ...own, ...before })) {
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
    for await (const row of rowsOf(filter => reader.decisions(filter), { ...own, from: since })) {
      if (candles.has(row.candleAt)) decisions.set(row.decisionId, row)
    }
    for await (const row of rowsOf(filter => reader.trades(filter), { ...own, from: since })) {
      if (row.decisionId !== null) trades.set(row.decisionId, row)
    }
  }
  const newest = await reader.facts({ ...own, limit: 1 })
  const endAt = newest.items[0]?.at ?? null
  return { questions: asked, more: beyond.size, answers, decisions, trades, endAt }
}
