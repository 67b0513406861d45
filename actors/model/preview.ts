/**
 * What a model account would ask, be answered and decide, on a fresh paper account at the end of a feed. The engine is put
 * together as for a run, and the question goes the same way; but no account is told of the answer, and nothing is ordered.
 */
import { deliberate } from '../../domain/deliberate.ts'
import type { DecisionRecord } from '../../domain/fact.ts'
import type { CandleSource } from '../../domain/feed.ts'
import type { ModelCall } from '../../domain/model/call.ts'
import type { Model, ModelReply, ModelRequest } from '../../domain/model/port.ts'
import type { AccountSettings, EngineSettings } from '../../domain/settings.ts'
import type { Proposal } from '../../domain/strategy.ts'
import { questionOf } from '../../machines/account/cycle.ts'
import { analyse } from '../analyse.ts'
import { decide } from '../decide.ts'
import { type Flow, run } from '../flow.ts'
import { loadStrategies } from '../load-strategy.ts'
import { createSystem, type System } from '../system.ts'
import { warmUp } from '../warm-up.ts'

export type PreviewOptions = {
  settings: EngineSettings
  /** One that asks a model. */
  account: AccountSettings
  model: Model
  source: CandleSource
  startAt: number
  /** Steps of the feed that are played before the question; `null`: all there are. */
  steps: number | null
  /** Only this asset is due; `null`: all of the account. */
  symbol: string | null
}

export type Preview = {
  /** Everything that was asked, in order, with the answers; empty where nothing needs to be asked. */
  calls: ModelCall[]
  /** What the account's rules would make of the answer. */
  decisions: DecisionRecord[]
}

const answered = (model: string, text: string): ModelReply => ({
  ok: true,
  text,
  toolCalls: [],
  finish: 'stop',
  model,
  provider: null,
  id: null,
  usage: null,
  latencyMs: 0,
})

/** Stands in for a model where only the questions are wanted: it needs no tools, and has no answer. */
export const silentModel: Model = {
  ask: (request: ModelRequest): ModelReply =>
    request.format === null
      ? answered(request.model, '')
      : {
          ...answered(request.model, ''),
          ok: false,
          failure: 'not_recorded',
          message: 'nobody was asked',
          status: null,
          retryAfterMs: null,
        },
}

const playFeed = async ({ settings, account, model, ...feed }: PreviewOptions): Promise<System> => {
  const system = createSystem({
    settings: { ...settings, accounts: [account] },
    source: feed.source,
    strategies: await loadStrategies([account]),
    models: new Map([[account.id, model]]),
    wiring: 'simulated',
    attention: 'cycles',
    startAt: feed.startAt,
    equityMs: Number.POSITIVE_INFINITY,
  })
  system.requireIndicators()
  warmUp(system, feed.source, feed.steps ?? Number.POSITIVE_INFINITY)
  system.openAccounts()
  return system
}

/** The services of one decision, one after the other, without the machine that would act on it. */
function* decideOnce(system: System, { account, symbol }: PreviewOptions): Flow<DecisionRecord[]> {
  const { world } = system.desk
  const { context } = system.desk.actor(account.id).getSnapshot()
  const [at, symbols] = [system.clock.now(), symbol === null ? account.assets : [symbol]]
  const seen = yield* analyse(world)({ accountId: account.id, symbols, at })
  const analysis = seen.ready ? seen.analysis : null
  const input = questionOf({ ...context, cycle: { ...context.cycle, due: symbols, dueAt: at, analysis } })
  const { proposals }: { proposals: Proposal[] } = yield* decide(world)(input)
  if (analysis === null) return []
  const { standing, positions, equity } = input
  const { tradesToday, entriesStopped } = standing
  const { breakers } = context
  const moment = { at, now: at, accountId: account.id, settings: account, analysis, equity, breakers }
  return deliberate({ ...moment, positions, tradesToday, entriesStopped }, proposals).decisions
}

export const previewDecision = async (options: PreviewOptions): Promise<Preview> => {
  const system = await playFeed(options)
  const calls: ModelCall[] = []
  system.journal.subscribe(fact => {
    if (fact.type === 'model.called') calls.push(fact.call)
  })
  const decisions = await run(decideOnce(system, options))
  system.desk.close()
  return { calls, decisions }
}
