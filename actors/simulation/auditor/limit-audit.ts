/**
 * P3: what a decision may lead to. Limits are measured here with the venue's own money at the moment of the decision, and
 * held against what the venue then filled.
 */
import type { Fact } from '../../../domain/fact.ts'
import type { Fill, OrderRequest, VenueOrder } from '../../../domain/order.ts'
import type { AccountSettings } from '../../../domain/settings.ts'
import { D, ZERO } from './decimal.ts'
import type { VenueRecord } from './venue-record.ts'
import type { Accuse } from './violation.ts'

/** Rounding of prices to ticks, and equity that moved between the engine's mark and ours. */
const TOLERANCE = new D('1.002')
const DAY_MS = 86_400_000

type Decision = { equity: D; isSure: boolean }

export class LimitAudit {
  readonly #account: AccountSettings
  readonly #record: VenueRecord
  readonly #accuse: Accuse
  readonly #decisions = new Map<string, Decision>()
  /** Decision by client order id of its entry. */
  readonly #entries = new Map<string, string>()
  /** Symbols that we opened, by the decision that their entry came from; `null`: of a process that is gone. */
  readonly #openedBy = new Map<string, Decision | null>()
  readonly #tradesByDay = new Map<number, Set<string>>()
  #dayStart: { day: number; equity: D } | null = null
  #newest: Decision | null = null

  constructor(account: AccountSettings, record: VenueRecord, accuse: Accuse) {
    this.#account = account
    this.#record = record
    this.#accuse = accuse
  }

  /** Before the engine hears of closed candles: equity as it will measure it. */
  beforeCandles(at: number, equity: D): void {
    const day = Math.floor(at / DAY_MS)
    if (this.#dayStart?.day !== day) this.#dayStart = { day, equity }
  }

  /** `isSure`: the engine has seen the same marks as we have. */
  recorded(fact: Fact, equity: D, isSure: boolean): void {
    if (fact.type === 'intent.recorded' && fact.leg === 'entry' && fact.decisionId !== null) {
      this.#entries.set(fact.request.clientOrderId, fact.decisionId)
    }
    if (fact.type !== 'decision.recorded' || fact.decision.outcome !== 'approved') return
    this.#newest = { equity, isSure }
    this.#decisions.set(fact.decision.decisionId, this.#newest)
    const { dailyLossRatioMax } = this.#account.risk
    if (!isSure || dailyLossRatioMax === null || this.#dayStart === null) return
    const loss = this.#dayStart.equity.minus(equity).div(this.#dayStart.equity)
    if (loss.gt(new D(dailyLossRatioMax).times(TOLERANCE))) {
      this.#say('entry approved', `a loss of the day below ${dailyLossRatioMax}`, loss.toFixed(6))
    }
  }

  took(request: OrderRequest, order: VenueOrder, isEntry: boolean): void {
    if (isEntry) this.#checkCount(request.symbol)
    if (order.type === 'stop_market' && order.reduceOnly) this.#checkRisk(order)
  }

  filled(fill: Fill, at: number, leverage: number | null): void {
    const id = fill.clientOrderId
    const decisionId = id === null ? undefined : this.#entries.get(id)
    if (id === null || decisionId === undefined) return
    this.#countTrade(id, at)
    const decision = this.#decisions.get(decisionId)
    this.#openedBy.set(fill.symbol, decision ?? null)
    const { positionRatioMax, positionBasis, leverageMax } = this.#account.risk
    if (leverage !== null && leverage > leverageMax) {
      this.#say(`${id} filled`, `a leverage of ${leverageMax} at most`, `${leverage}`)
    }
    if (decision === undefined || !decision.isSure || positionRatioMax === null) return
    const worth = (this.#record.filled.get(id) ?? ZERO).times(fill.price)
    const factor = positionBasis === 'margin' ? Math.max(1, leverage ?? leverageMax) : 1
    const most = decision.equity.times(positionRatioMax).times(factor)
    if (worth.gt(most.times(TOLERANCE))) {
      this.#say(`${id} filled`, `a notional of ${most.toFixed(2)} at most`, worth.toFixed(2))
    }
  }

  flat(symbol: string): void {
    this.#openedBy.delete(symbol)
  }

  /** Positions we opened and entries that work, this one included. */
  #checkCount(symbol: string): void {
    const { positionsMax } = this.#account.risk
    if (positionsMax === null) return
    const symbols = new Set([...this.#openedBy.keys(), symbol])
    for (const order of this.#record.working.values()) {
      if (this.#entries.has(order.clientOrderId)) symbols.add(order.symbol)
    }
    if (symbols.size > positionsMax) {
      this.#say(`entry in ${symbol}`, `${positionsMax} positions at most`, `${symbols.size}`)
    }
  }

  /** The loss from entry to stop, of this position and of all together. */
  #checkRisk(stop: VenueOrder): void {
    const { riskPerTradeRatioMax, heatRatioMax } = this.#account.risk
    const opened = this.#openedBy.get(stop.symbol)
    if (opened === undefined || this.#record.touched.has(stop.symbol)) return
    if (opened?.isSure === true && riskPerTradeRatioMax !== null) {
      const most = opened.equity.times(riskPerTradeRatioMax)
      const risk = this.#riskOf(stop)
      if (risk.gt(most.times(TOLERANCE))) {
        this.#say(`stop ${stop.clientOrderId}`, `a loss of ${most.toFixed(2)} at most`, risk.toFixed(2))
      }
    }
    const decision = this.#newest
    if (decision?.isSure !== true || heatRatioMax === null) return
    const most = decision.equity.times(heatRatioMax)
    const heat = this.#heat()
    if (heat.gt(most.times(TOLERANCE))) {
      this.#say(`stop ${stop.clientOrderId}`, `a heat of ${most.toFixed(2)} at most`, heat.toFixed(2))
    }
  }

  #heat(): D {
    let sum = ZERO
    for (const symbol of this.#openedBy.keys()) {
      if (this.#record.touched.has(symbol)) continue
      const stops = [...this.#record.working.values()].filter(
        order => order.symbol === symbol && order.type === 'stop_market' && order.reduceOnly,
      )
      const last = stops.at(-1)
      if (last !== undefined) sum = sum.plus(this.#riskOf(last))
    }
    return sum
  }

  #riskOf(stop: VenueOrder): D {
    const held = this.#record.book.held.get(stop.symbol)
    if (held === undefined || stop.triggerPrice === null) return ZERO
    const loss = held.entryPrice.minus(stop.triggerPrice).times(held.quantity)
    return D.max(ZERO, loss)
  }

  #countTrade(clientOrderId: string, at: number): void {
    const { tradesPerDayMax } = this.#account.risk
    const day = Math.floor(at / DAY_MS)
    const trades = this.#tradesByDay.get(day) ?? new Set<string>()
    trades.add(clientOrderId)
    this.#tradesByDay.set(day, trades)
    if (tradesPerDayMax !== null && trades.size > tradesPerDayMax) {
      this.#say(`${clientOrderId} filled`, `${tradesPerDayMax} trades a day at most`, `${trades.size}`)
    }
  }

  #say(what: string, expected: string, actual: string): void {
    this.#accuse({ promise: 'P3', accountId: this.#account.id, what, expected, actual })
  }
}
