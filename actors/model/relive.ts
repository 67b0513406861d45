/**
 * A recorded life of one model account, lived again with the recorded answers, to know the state each decision was made in.
 *
 * What people did meanwhile (pauses, panics, other settings) is not lived again: from there on the questions differ from
 * the recorded ones, and whoever reads this must compare them before believing the state.
 */
import type { Deliberation } from '../../domain/deliberate.ts'
import type { DecisionRecord } from '../../domain/fact.ts'
import type { CandleSource } from '../../domain/feed.ts'
import { INTERVAL_MS } from '../../domain/interval.ts'
import { cycleIdOf } from '../../domain/model/call.ts'
import type { Model } from '../../domain/model/port.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import type { Proposal } from '../../domain/strategy.ts'
import type { DecideAnswer, DecideInput } from '../../machines/account/context.ts'
import { byRules } from '../decide.ts'
import { ENGINE_EQUITY_MS } from '../equity-pace.ts'
import type { Flow } from '../flow.ts'
import { LiveDriver } from '../live-driver.ts'
import { loadStrategies } from '../load-strategy.ts'
import { atRealPace } from '../pace.ts'
import { createSystem, type Services, type System } from '../system.ts'
import { warmUp } from '../warm-up.ts'

export type ReliveOptions = {
  /** With the one account whose life it is. */
  settings: EngineSettings
  /** Answers as they were recorded. */
  model: Model
  source: CandleSource
  startAt: number
  /** Steps before the first decision, as at the recorded start. */
  warmSteps: number
  /** Close of the last candle that is wanted. */
  until: number
  onError: (error: unknown) => void
}

/** One decision as it came about again. */
export type Relived = {
  facts: Deliberation
  /** Names of the questions that were asked. */
  requestHashes: Set<string>
  decisions: DecisionRecord[]
  /** What the account's rules proposed for the assets that were due. */
  signals: Proposal[]
}

/** Steps whose candles close by `until`. */
export const stepsUntil =
  (source: CandleSource, until: number): CandleSource['next'] =>
  () => {
    const step = source.next()
    return step !== null && step.openAt + INTERVAL_MS[source.interval] <= until ? step : null
  }

/** What the rules will judge by, read when the model is asked. */
const factsOf = ({ desk }: System, input: DecideInput, now: number): Deliberation | null => {
  const { context } = desk.actor(input.accountId).getSnapshot()
  const { analysis } = context.cycle
  if (analysis === null) return null
  return {
    at: input.at,
    now,
    accountId: input.accountId,
    settings: context.settings,
    analysis,
    equity: input.equity,
    breakers: context.breakers,
    positions: input.positions,
    tradesToday: input.standing.tradesToday,
    entriesStopped: input.standing.entriesStopped,
  }
}

/** By cycle id. */
export const relive = async (options: ReliveOptions): Promise<Map<string, Relived>> => {
  const { source, startAt, warmSteps, until, model } = options
  const settings = atRealPace(options.settings)
  const found = new Map<string, Relived>()
  const watched = (own: Services): Services => ({
    ...own,
    *decide(input): Flow<DecideAnswer> {
      const before = factsOf(system, input, input.at)
      const cycleId = cycleIdOf(input.accountId, input.at)
      if (before !== null) {
        const signals = byRules(system.desk.world, input, input.symbols)
        found.set(cycleId, { facts: before, requestHashes: new Set(), decisions: [], signals })
      }
      const answer = yield* own.decide(input)
      const relived = found.get(cycleId)
      if (relived !== undefined) relived.facts = { ...relived.facts, now: answer.at }
      return answer
    },
  })
  const system: System = createSystem({
    settings,
    source,
    strategies: await loadStrategies(settings.accounts),
    models: new Map(settings.accounts.map(each => [each.id, model])),
    wiring: 'live',
    attention: 'cycles',
    startAt,
    equityMs: ENGINE_EQUITY_MS,
    parts: { services: watched },
  })
  system.requireIndicators()
  warmUp(system, source, warmSteps)
  system.journal.subscribe(fact => {
    if (fact.type === 'model.called') found.get(fact.call.cycleId)?.requestHashes.add(fact.call.requestHash)
    if (fact.type !== 'decision.recorded') return
    found.get(cycleIdOf(fact.accountId, fact.decision.candleAt))?.decisions.push(fact.decision)
  })
  system.inFlight.isOpening = true
  system.openAccounts()
  const next = stepsUntil(source, until)
  const driver = new LiveDriver({ system, next, speed: 'max', onError: options.onError })
  await driver.run()
  system.desk.close()
  return found
}
