/** A model account on live wiring, and a model that answers when the test says so. */
import { Control } from '../../../actors/control.ts'
import { LiveDriver } from '../../../actors/live-driver.ts'
import { loadStrategies } from '../../../actors/load-strategy.ts'
import { topState } from '../../../actors/state-text.ts'
import { createSystem } from '../../../actors/system.ts'
import type { CandleSeries } from '../../../domain/candle.ts'
import type { Fact } from '../../../domain/fact.ts'
import type { Model, ModelReply, ModelRequest } from '../../../domain/model/port.ts'
import type { EngineSettings } from '../../../domain/settings.ts'
import { givenSource, givenStore, START } from '../given.ts'

export const givenLive = async (settings: EngineSettings, model: Model, series: CandleSeries[]) => {
  const source = givenSource(series)
  const facts: Fact[] = []
  const errors: unknown[] = []
  const store = givenStore()
  const system = createSystem({
    settings,
    source,
    strategies: await loadStrategies(settings.accounts),
    models: new Map(settings.accounts.map(each => [each.id, model])),
    wiring: 'live',
    attention: 'cycles',
    startAt: START,
    store,
    equityMs: 3_600_000,
  })
  system.journal.subscribe(fact => facts.push(fact))
  const driver = new LiveDriver({
    system,
    next: () => source.next(),
    speed: 'max',
    onError: error => errors.push(error),
  })
  const { desk, journal, clock } = system
  const control = new Control({ desk, journal, clock, limitMs: 60_000 })
  system.openAccounts()
  return {
    system,
    driver,
    control,
    facts,
    errors,
    store,
    state: () => topState(desk.actor('main').getSnapshot().value),
  }
}

/** A model whose n-th question (from 1) waits: `asked` resolves when it is there, `answer` lets it go. */
export const thinking = (nth: number, before: (request: ModelRequest) => ModelReply) => {
  let count = 0
  let tell: (request: ModelRequest) => void = () => {}
  let answer: (reply: ModelReply) => void = () => {}
  const asked = new Promise<ModelRequest>(resolve => {
    tell = resolve
  })
  const model: Model = {
    ask: request => {
      count += 1
      if (count !== nth) return before(request)
      tell(request)
      return new Promise<ModelReply>(resolve => {
        answer = resolve
      })
    },
  }
  return { model, asked, answer: (reply: ModelReply) => answer(reply), count: () => count }
}
