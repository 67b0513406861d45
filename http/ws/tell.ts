/** Turns what the engine says into messages of a stream. An event may become several messages of one stream, or none. */
import type { EngineEvent, EngineView } from '../../actors/engine-view.ts'
import type { DecisionRecord, Fact } from '../../domain/fact.ts'
import { type Temperature, temperatureOf } from '../../domain/signals/temperature.ts'
import { presentTransition } from '../present/actor.ts'
import { presentExecution } from '../present/fill.ts'
import { presentSignal, presentTemperature } from '../present/stream-market.ts'
import { presentStreamClose, presentTradingClose } from '../present/stream-position.ts'
import { presentDecisionEvent, presentOrderEvent, presentState } from '../present/stream-trading.ts'
import { Message, type StreamName } from './message.ts'

type Make = (type: string, asset: string | null, data: () => unknown) => Message

const maker =
  ({ at, accountId }: { at: number; accountId: string }): Make =>
  (type, asset, data) =>
    new Message({ type, at, accountId, accounts: [accountId], asset }, data)

/** What each kind of fact about money and orders is called on `/ws/trading-events`. */
const tradingMessages = (fact: Fact, make: Make): Message[] => {
  switch (fact.type) {
    case 'decision.recorded':
      return decisionMessages(fact.decision, make)
    case 'intent.recorded':
      return [make('order', fact.request.symbol, () => presentOrderEvent(fact))]
    case 'order.updated':
      return [make('order', fact.order.symbol, () => presentOrderEvent(fact))]
    case 'order.unknown':
      return [
        make('order', fact.symbol, () => presentOrderEvent(fact)),
        alert(fact, fact.symbol, fact.message, make),
      ]
    case 'trade.closed':
      return [make('position', fact.trade.symbol, () => presentTradingClose(fact.trade))]
    case 'account.moved':
      return [make('state', null, () => presentState(fact))]
    case 'position.moved':
      return [make('state', fact.symbol, () => presentState(fact))]
    case 'limit.tripped':
      return [make('risk', null, () => limitData('tripped', fact.limit, fact.line, fact.actual))]
    case 'limit.rearmed':
      return [make('risk', null, () => limitData('rearmed', fact.limit, null, null))]
    case 'control.commanded':
    case 'control.acknowledged':
      return emergencyMessages(fact, make)
    case 'reconcile.differed':
      return [make('reconcile', fact.symbol, () => differenceData(fact))]
    case 'account.failed':
      return [alert(fact, null, `The account failed: ${fact.message}`, make)]
    case 'close.abandoned':
      return [alert(fact, fact.symbol, `${fact.quantity} could not be closed: ${fact.reason}`, make)]
    case 'snapshot.rejected':
      return [alert(fact, null, `Stored state is not used: ${fact.reason}; ${fact.action}`, make)]
    case 'candle.refused':
      return [alert(fact, fact.symbol, `A candle is not used: ${fact.reason}`, make)]
    default:
      return []
  }
}

const alert = (fact: Fact, asset: string | null, message: string, make: Make): Message =>
  make('alert', asset, () => ({ code: fact.type, asset, message }))

const limitData = (
  event: 'tripped' | 'rearmed',
  limit: string,
  line: string | null,
  actual: string | null,
) => ({
  event,
  limit,
  asset: null,
  line,
  actual,
})

const differenceData = (fact: Extract<Fact, { type: 'reconcile.differed' }>) => ({
  asset: fact.symbol,
  what: fact.what,
  ours: fact.ours,
  theirs: fact.theirs,
  action: fact.action,
})

const decisionMessages = (decision: DecisionRecord, make: Make): Message[] => {
  const { symbol, outcome, code, limit, actual } = decision
  const told = make('decision', symbol, () => presentDecisionEvent(decision))
  if (outcome !== 'refused') return [told]
  const refused = { event: 'refused', limit: code ?? 'unknown', asset: symbol, line: limit, actual }
  return [told, make('risk', symbol, () => refused)]
}

const EMERGENCY: readonly string[] = ['halt', 'panic', 'rearm']

const emergencyMessages = (
  fact: Extract<Fact, { type: 'control.commanded' | 'control.acknowledged' }>,
  make: Make,
): Message[] => {
  if (!EMERGENCY.includes(fact.command)) return []
  const said = fact.type === 'control.commanded'
  return [
    make('emergency_stop', null, () => ({
      command: fact.command,
      by: said ? fact.by : null,
      reason: said ? fact.reason : null,
      acknowledged: said ? null : fact.done,
      remaining: said ? [] : [...fact.remaining],
    })),
  ]
}

const positionMessages = (fact: Fact, make: Make): Message[] => {
  switch (fact.type) {
    case 'intent.recorded':
      return [make('order_status', fact.request.symbol, () => presentOrderEvent(fact))]
    case 'order.updated':
      return [make('order_status', fact.order.symbol, () => presentOrderEvent(fact))]
    case 'order.unknown':
      return [make('order_status', fact.symbol, () => presentOrderEvent(fact))]
    case 'trade.closed':
      return [make('position', fact.trade.symbol, () => presentStreamClose(fact.trade))]
    case 'fill.booked':
      return [
        make('fill', fact.fill.symbol, () => ({
          ...presentExecution(fact.fill),
          leg: fact.leg,
          position_id: fact.positionId,
          realized_pnl: fact.realised,
        })),
      ]
    default:
      return []
  }
}

/** Remembers how warm each bot was, so that only a change is told. */
export class Teller {
  readonly #engine: EngineView
  readonly #temperatures = new Map<string, Temperature>()

  constructor(engine: EngineView) {
    this.#engine = engine
  }

  messages(stream: StreamName, event: EngineEvent): Message[] {
    const make = maker(event)
    if (event.kind === 'transition') {
      if (stream !== 'actors') return []
      const { actor, transition } = event
      const asset = /\/position:([^/]+)/.exec(actor)?.[1] ?? null
      return [make('transition', asset, () => ({ actor, ...presentTransition(transition) }))]
    }
    switch (stream) {
      case 'trading-events':
        return tradingMessages(event.fact, make)
      case 'positions':
        return positionMessages(event.fact, make)
      case 'market-data':
        return this.#signalMessages(event.fact, make)
      case 'actors':
        return []
    }
  }

  #signalMessages(fact: Fact, make: Make): Message[] {
    if (fact.type !== 'decision.recorded') return []
    const { decision, accountId } = fact
    const { score } = decision.proposal
    if (score === null) return []
    const { symbol } = decision
    const told = [make('signal', symbol, () => presentSignal(decision, score))]
    const settings = this.#engine.settings.accounts.find(each => each.id === accountId)?.strategy.temperature
    if (settings === undefined) return told
    const key = `${accountId} ${symbol}`
    const previous = this.#temperatures.get(key) ?? null
    const temperature = temperatureOf(score, settings)
    if (temperature === previous) return told
    this.#temperatures.set(key, temperature)
    told.push(make('temperature', symbol, () => presentTemperature(symbol, score, temperature, previous)))
    return told
  }
}
