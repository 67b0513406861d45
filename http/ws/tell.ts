/** Turns what the engine says into messages of a stream. An event may become several messages of one stream, or none. */
import type { EngineDesk } from '../../actors/engine-control.ts'
import type { EngineEvent, EngineView } from '../../actors/engine-view.ts'
import type { AlertNews } from '../../actors/operations/alert-book.ts'
import type { ClosedTrade, DecisionRecord, Fact } from '../../domain/fact.ts'
import { presentTransition } from '../present/actor.ts'
import { presentExecution } from '../present/fill.ts'
import { presentSignal, presentTemperature } from '../present/stream-market.ts'
import { presentStreamClose, presentTradingClose } from '../present/stream-position.ts'
import {
  presentAlertNews,
  presentDecisionEvent,
  presentOrderEvent,
  presentState,
} from '../present/stream-trading.ts'
import { Message, type StreamName } from './message.ts'

type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>
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
      return [make('order', fact.symbol, () => presentOrderEvent(fact))]
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
    case 'candle.refused':
      return [make('alert', fact.symbol, () => refusedCandle(fact))]
    default:
      return []
  }
}

/** The only alert that GET /alerts does not list: one price of many that the market is watched by. */
const refusedCandle = ({ symbol, reason }: FactOf<'candle.refused'>) => ({
  event: 'noted',
  level: 'warning',
  code: 'candle_refused',
  asset: symbol,
  message: `A candle is not used: ${reason}`,
  alert_id: null,
})

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

type Told = EngineView & Pick<EngineDesk, 'insight'>

export class Teller {
  readonly #engine: Told

  constructor(engine: Told) {
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
    const { fact } = event
    switch (stream) {
      case 'trading-events':
        return fact.type === 'trade.closed'
          ? [this.#closed(fact, make, presentTradingClose)]
          : tradingMessages(fact, make)
      case 'positions':
        return fact.type === 'trade.closed'
          ? [this.#closed(fact, make, presentStreamClose)]
          : positionMessages(fact, make)
      case 'market-data':
        return this.#signalMessages(fact, make)
      case 'actors':
        return []
    }
  }

  /** An alert of the engine as a whole concerns every account. */
  alert(news: AlertNews, at: number): Message {
    const { accountId, asset = null } = news.alert
    const accounts = accountId === null ? this.#engine.settings.accounts.map(each => each.id) : [accountId]
    return new Message({ type: 'alert', at, accountId, accounts, asset }, () => presentAlertNews(news))
  }

  #closed(
    { accountId, trade }: FactOf<'trade.closed'>,
    make: Make,
    present: (trade: ClosedTrade, exitPlan: string | null) => unknown,
  ): Message {
    const { decisionId, symbol } = trade
    const plan = decisionId === null ? null : this.#engine.insight.exitPlan(accountId, decisionId)
    return make('position', symbol, () => present(trade, plan))
  }

  #signalMessages(fact: Fact, make: Make): Message[] {
    if (fact.type !== 'decision.recorded' || fact.decision.proposal.score === null) return []
    const { accountId } = fact
    const { symbol } = fact.decision
    const signal = this.#engine.insight.signals([accountId]).find(each => each.symbol === symbol)
    if (signal === undefined) return []
    const told = [make('signal', symbol, () => presentSignal(signal))]
    const settings = this.#engine.settings.accounts.find(each => each.id === accountId)?.strategy.temperature
    if (settings === undefined) return told
    const temperature = presentTemperature(signal, settings)
    if (temperature.temperature !== temperature.previous)
      told.push(make('temperature', symbol, () => temperature))
    return told
  }
}
