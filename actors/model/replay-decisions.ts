/**
 * Recorded questions asked again, and the answers compared with what was decided, ruled and earned then. Nothing is traded
 * and nothing is written: the rules judge with the state of that moment, and approved entries are played on paper, alone.
 */
import { decisionIdOf } from '../../domain/deliberate.ts'
import type { CandleSource } from '../../domain/feed.ts'
import { INTERVAL_MS } from '../../domain/interval.ts'
import type { ModelCall } from '../../domain/model/call.ts'
import type { Model } from '../../domain/model/port.ts'
import { judgeAgain, type SecondVerdict } from '../../domain/model/second-verdict.ts'
import {
  type Bill,
  type ComparedDecision,
  type Comparison,
  comparisonOf,
  NO_BILL,
  type Words,
} from '../../domain/model/side-by-side.ts'
import type { StoreReader } from '../../domain/ports.ts'
import type { AccountSettings, EngineSettings } from '../../domain/settings.ts'
import type { Proposal } from '../../domain/strategy.ts'
import { type LoneEntry, playAlone } from './alone.ts'
import { askAgain, billed, type SecondAnswer, type SecondAsker } from './ask-again.ts'
import { combined } from './hybrid.ts'
import { type RecordedLife, readLife } from './recorded-life.ts'
import { type Relived, relive } from './relive.ts'

export type ReplayOptions = {
  settings: EngineSettings
  /** Accounts that ask a model, whose questions are asked again. */
  accounts: readonly AccountSettings[]
  reader: StoreReader
  from: number | null
  to: number | null
  /** Most questions of each account. */
  limit: number
  horizonMs: number
  askerOf: (account: AccountSettings) => SecondAsker
  /** A model that answers as it was recorded. */
  recorded: (answers: RecordedLife['answers']) => Model
  /** The market from its beginning, each time anew. */
  openFeed: () => Promise<{ source: CandleSource; startAt: number; warmSteps: number }>
  /** Hears of what does not stop the comparison. */
  onNote: (text: string) => void
  onAsked?: (done: number, total: number) => void
}

export type Replay = {
  decisions: ComparedDecision[]
  comparison: Comparison
  questions: number
  /** Questions in that time that the limit has left out. */
  more: number
}

type Asked = { call: ModelCall; answer: SecondAnswer; relived: Relived | null }
type Row = { compared: ComparedDecision; entry: LoneEntry | null }

const wordsOf = ({ action, allocation, confidence }: Proposal): Words => ({ action, allocation, confidence })

/** The state of a moment is believed where the same question was asked in it and the rules said the same. */
const believed = (call: ModelCall, lived: Relived | undefined, life: RecordedLife): Relived | null => {
  if (lived === undefined || !lived.requestHashes.has(call.requestHash)) return null
  const isSame = lived.decisions.every(each => {
    const recorded = life.decisions.get(each.decisionId)
    return recorded !== undefined && recorded.outcome === each.outcome && recorded.code === each.code
  })
  return isSame ? lived : null
}

const isOpenAt = ({ facts }: Relived, symbol: string): boolean => facts.positions[symbol]?.direction != null

/** What the account would have wanted: of a hybrid, the rules and the model together. */
const wanted = (account: AccountSettings, { answer, relived }: Asked): readonly Proposal[] => {
  if (!answer.ok) return []
  if (account.strategy.name !== 'hybrid' || relived === null) return answer.proposals
  return answer.proposals.map(each => combined(relived.signals, each, isOpenAt(relived, each.symbol)))
}

const rowsOf = (account: AccountSettings, life: RecordedLife, asked: Asked): Row[] => {
  const { call, answer, relived } = asked
  const { candleAt, symbols } = call
  const idOf = (symbol: string) => decisionIdOf(account.id, symbol, candleAt)
  const recorded = new Map(
    symbols.flatMap(symbol => {
      const decision = life.decisions.get(idOf(symbol))
      return decision === undefined ? [] : [[symbol, decision] as const]
    }),
  )
  const proposals = wanted(account, asked)
  const verdicts = judgeAgain(relived?.facts ?? null, recorded, proposals)
  return symbols.map(symbol => {
    const index = proposals.findIndex(each => each.symbol === symbol)
    const proposal: Proposal | undefined = proposals[index]
    const verdict: SecondVerdict | undefined = verdicts[index]
    const before = recorded.get(symbol)
    const trade = life.trades.get(idOf(symbol))
    const plan = verdict?.plan ?? null
    const compared: ComparedDecision = {
      decisionId: idOf(symbol),
      accountId: account.id,
      symbol,
      candleAt,
      recorded: {
        words: before === undefined ? null : wordsOf(before.proposal),
        outcome: before?.outcome ?? null,
        code: before?.code ?? null,
        pnl: trade?.pnl ?? null,
        isOpen: trade === undefined && before?.outcome === 'approved',
      },
      replayed: {
        words: proposal === undefined ? null : wordsOf(proposal),
        problem: answer.ok ? null : answer.problem,
        verdict: verdict ?? null,
        paper: null,
      },
    }
    const entry =
      plan === null || relived === null ? null : { plan, candleAt, equity: relived.facts.equity, account }
    return { compared, entry }
  })
}

const livesOf = async (
  options: ReplayOptions,
  account: AccountSettings,
  life: RecordedLife,
): Promise<Map<string, Relived>> => {
  const { settings, openFeed, recorded, onNote } = options
  try {
    return await relive({
      settings: { ...settings, accounts: [account] },
      model: recorded(life.answers),
      ...(await openFeed()),
      // A decision waits for what is in flight: the last one may come about when its candle is over.
      until: Math.max(...life.questions.map(each => each.candleAt)) + INTERVAL_MS[account.interval],
      onError: error => onNote(error instanceof Error ? error.message : String(error)),
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    onNote(`The life of ${account.id} cannot be lived again, so that only recorded verdicts count: ${why}`)
    return new Map()
  }
}

/** Each entry in its place, or `null` where there is none to play. */
const withPaper = async (
  options: ReplayOptions,
  rows: readonly Row[],
  endAt: number,
): Promise<ComparedDecision[]> => {
  const entries = rows.flatMap(({ entry }) => entry ?? [])
  if (entries.length === 0) return rows.map(each => each.compared)
  const { settings, horizonMs } = options
  const { source, startAt } = await options.openFeed()
  const results = await playAlone(entries, { settings, source, startAt, horizonMs, until: endAt })
  return rows.map(({ compared, entry }) => {
    const paper = entry === null ? null : (results[entries.indexOf(entry)] ?? null)
    return { ...compared, replayed: { ...compared.replayed, paper } }
  })
}

/** Asks one after the other; throws only what the store or the feed throws. */
export const replayDecisions = async (options: ReplayOptions): Promise<Replay> => {
  const { accounts, reader, from, to, limit } = options
  const decisions: ComparedDecision[] = []
  const bills: { recorded: Bill; replayed: Bill } = { recorded: NO_BILL, replayed: NO_BILL }
  let [questions, more] = [0, 0]
  for (const account of accounts) {
    const life = await readLife(reader, { accountId: account.id, from, to, limit })
    more += life.more
    if (life.questions.length === 0) continue
    const lives = await livesOf(options, account, life)
    const asker = options.askerOf(account)
    const rows: Row[] = []
    for (const call of life.questions) {
      const answer = await askAgain(asker, call)
      bills.recorded = billed(bills.recorded, call.reply)
      if (answer.reply !== null) bills.replayed = billed(bills.replayed, answer.reply)
      const relived = believed(call, lives.get(call.cycleId), life)
      rows.push(...rowsOf(account, life, { call, answer, relived }))
      questions += 1
      options.onAsked?.(questions, life.questions.length)
    }
    decisions.push(...(await withPaper(options, rows, life.endAt ?? 0)))
  }
  return { decisions, comparison: comparisonOf(decisions, bills), questions, more }
}
