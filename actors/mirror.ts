/**
 * An account in plain numbers, refreshed when its state changes: what strategies see of it and what a cheap watcher
 * compares with marks. Never a source of money amounts.
 */
import type { ExitCondition } from '../domain/exit-plan/condition.ts'
import { walletBalance } from '../domain/ledger.ts'
import { isExposed } from '../domain/position-state.ts'
import { lossLines } from '../domain/risk/breakers.ts'
import type { PositionView } from '../domain/strategy.ts'
import type { AccountContext } from '../machines/account/context.ts'

type Marks = { priceOf(symbol: string): number | null }
/** An open position that enforces an exit plan. */
export type Watched = { symbol: string; conditions: readonly ExitCondition[] }
type Held = { symbol: string; signedQuantity: number; entryPrice: number }

export class Mirror {
  readonly positions = new Map<string, PositionView>()
  readonly #held: Held[] = []
  #watched: Watched[] = []
  #context: AccountContext | null = null
  #wallet = 0
  #exposed = 0
  #evidence = 0
  #peak = 0
  #floor = Number.NEGATIVE_INFINITY
  #tripped = false

  /** Takes over the account's newest context; cheap when nothing that matters has changed. */
  refresh(context: AccountContext): void {
    const before = this.#context
    if (before === context) return
    this.#context = context
    if (before === null || before.ledger !== context.ledger)
      this.#wallet = Number(walletBalance(context.ledger))
    if (before === null || before.positions !== context.positions) this.#takePositions(context)
    if (before === null || before.breakers !== context.breakers) this.#takeLines(context)
  }

  get positionsOpen(): number {
    return this.#exposed
  }

  /** Positions that are told of every closed candle. */
  get watched(): readonly Watched[] {
    return this.#watched
  }

  get hasOpenQuantity(): boolean {
    return this.#held.length > 0
  }

  /** Some position waits for a signal to last or to repeat. */
  get hasEvidence(): boolean {
    return this.#evidence > 0
  }

  /** deposits + realised − fees − funding. */
  get wallet(): number {
    return this.#wallet
  }

  /** A position without a mark counts at its entry. */
  equity(market: Marks): number {
    let sum = this.#wallet
    for (let index = 0; index < this.#held.length; index += 1) {
      const held = this.#held[index] as Held
      sum += held.signedQuantity * ((market.priceOf(held.symbol) ?? held.entryPrice) - held.entryPrice)
    }
    return sum
  }

  /** Equity that would move a breaker: a new peak, a line reached, or anything while tripped. */
  mattersToBreakers(equity: number): boolean {
    return equity > this.#peak || equity <= this.#floor || this.#tripped
  }

  #takePositions(context: AccountContext): void {
    this.positions.clear()
    this.#held.length = 0
    this.#watched = []
    this.#exposed = 0
    this.#evidence = 0
    for (const each of Object.values(context.positions)) {
      if (each.evidence !== null) this.#evidence += 1
      if (isExposed(each)) this.#exposed += 1
      if (each.direction === null || each.entryPrice === null) continue
      const { symbol, conditions } = each
      if (conditions.length > 0 && each.state !== 'closing') this.#watched.push({ symbol, conditions })
      const quantity = Number(each.quantity)
      const entryPrice = Number(each.entryPrice)
      const sign = each.direction === 'long' ? 1 : -1
      this.#held.push({ symbol: each.symbol, signedQuantity: sign * quantity, entryPrice })
      this.positions.set(each.symbol, {
        direction: each.direction,
        quantity,
        entryPrice,
        stopPrice: each.stopPrice === null ? null : Number(each.stopPrice),
        targetPrice: each.targetPrice === null ? null : Number(each.targetPrice),
        openedAt: each.openedAt ?? context.timing.at,
      })
    }
  }

  #takeLines(context: AccountContext): void {
    const lines = lossLines(context.breakers, context.settings.risk)
    this.#peak = Number(context.breakers.peakEquity)
    this.#tripped = context.breakers.drawdownTripped
    this.#floor = Math.max(...Object.values(lines).map(line => line ?? Number.NEGATIVE_INFINITY))
  }
}
