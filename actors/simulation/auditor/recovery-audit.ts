/**
 * P12 and P8: after the last fault an account works again by itself, and closing is never kept waiting.
 *
 * The rule: within `RECOVERY_MS` of the moment when no fault is left, the account is neither degraded nor reconciling, each
 * of its positions is at rest and guarded at the venue, and its books are the venue's. At the first candle that closes
 * after that, it decides about every asset, unless a limit or a stated cooldown keeps it from deciding.
 */
import type { Fact } from '../../../domain/fact.ts'
import type { AccountSettings } from '../../../domain/settings.ts'
import type { Account } from './engine-state.ts'
import type { VenueRecord } from './venue-record.ts'
import type { Accuse } from './violation.ts'

export const RECOVERY_MS = 30_000
/** From the wish to be flat to being flat, while nothing goes wrong. */
const FLATTEN_MS = 30_000

const STATES_KEPT = 10
const UNWELL = ['reconciling', 'degraded']
const RESTLESS = ['ordering', 'protecting', 'closing']
/** States in which it says itself until when, or because of which limit, it does not decide. */
const KEPT_FROM_DECIDING = ['cooldown', 'hysteresis', 'halted']

export class RecoveryAudit {
  readonly #accountId: string
  readonly #reportsOnly: boolean
  readonly #record: VenueRecord
  readonly #assets: readonly string[]
  readonly #accuse: Accuse
  #recoversBy: number | null = null
  readonly #decidedAt = new Map<string, number>()
  readonly #states = new Map<number, string>()
  #flattenAt: number | null = null
  #isFlattenKept = false
  #isAccused = false
  recoveredAt: number | null = null

  constructor(account: AccountSettings, record: VenueRecord, accuse: Accuse) {
    this.#accountId = account.id
    this.#reportsOnly = account.unknownPositions === 'report'
    this.#record = record
    this.#assets = account.assets
    this.#accuse = accuse
  }

  /** Nothing goes wrong any more from `at` on. */
  faultsEnded(at: number): void {
    this.#recoversBy = at + RECOVERY_MS
  }

  flattenAsked(at: number): void {
    if (this.#flattenAt !== null) return
    this.#flattenAt = at
    this.#isFlattenKept = false
  }

  durable(fact: Fact): void {
    if (this.#flattenAt !== null && fact.at >= this.#flattenAt) this.#isFlattenKept = true
  }

  /** A command is acknowledged when it is durable and true: one that was lost with its process was never promised. */
  processEnded(): void {
    if (!this.#isFlattenKept) this.#flattenAt = null
  }

  /** In which state the account is when a candle closes. */
  beforeCandles(at: number, state: string): void {
    this.#states.set(at, state)
    if (this.#states.size > STATES_KEPT) this.#states.delete(this.#states.keys().next().value ?? at)
  }

  recorded(fact: Fact): void {
    if (fact.type === 'decision.recorded') this.#decidedAt.set(fact.decision.symbol, fact.decision.candleAt)
  }

  check(at: number, feltUntil: number, account: Account | null): void {
    this.#checkFlatten(at, feltUntil)
    if (this.#recoversBy === null || this.recoveredAt !== null) return
    const by = Math.max(this.#recoversBy, feltUntil + RECOVERY_MS)
    const trouble = this.#trouble(account)
    if (trouble === null) {
      this.recoveredAt = at
    } else if (at > by && !this.#isAccused) {
      this.#isAccused = true
      this.#say('P12', 'after the last fault', 'works again within 30 s', trouble)
    }
  }

  /** At the end of the run: the candle that closed at `closedAt` was decided on. */
  checkDecisions(closedAt: number, account: Account | null): void {
    if (account === null) return this.#say('P12', 'at the end', 'a running account', 'failed')
    const trouble = this.#trouble(account)
    if (trouble !== null && account.positions.every(each => each.state !== 'ordering')) {
      this.#say('P12', 'at the end', 'at rest', trouble)
    }
    if (KEPT_FROM_DECIDING.includes(this.#states.get(closedAt) ?? account.state)) return
    for (const symbol of this.#assets) {
      const last = this.#decidedAt.get(symbol)
      if (last === undefined || last < closedAt) {
        const text = last === undefined ? 'never' : new Date(last).toISOString()
        this.#say(
          'P12',
          `decision on ${symbol}`,
          `on the candle of ${new Date(closedAt).toISOString()}`,
          `${text}, ${account.state}`,
        )
      }
    }
  }

  #trouble(account: Account | null): string | null {
    if (account === null) return 'the account has failed'
    if (UNWELL.includes(account.state)) return `the account is ${account.state}`
    const restless = account.positions.find(
      each =>
        RESTLESS.includes(each.state) && !this.#isOnItsWayOut(each.symbol) && !this.#isLeftAlone(each.symbol),
    )
    if (restless !== undefined) return `${restless.symbol} is ${restless.state}`
    for (const [symbol, held] of this.#record.book.held) {
      if (!this.#assets.includes(symbol)) continue
      if (this.#isOnItsWayOut(symbol) || this.#isLeftAlone(symbol)) continue
      if (this.#record.covered(symbol, ['stop_market']).lt(held.quantity.abs()))
        return `${symbol} has no stop`
    }
    return null
  }

  /** A market exit for all of it works; a thin market may take it in parts. */
  #isOnItsWayOut(symbol: string): boolean {
    const held = this.#record.book.quantity(symbol)
    return !held.isZero() && this.#record.covered(symbol, ['market']).gte(held.abs())
  }

  /** Traded by hand in an account that only reports what others do. */
  #isLeftAlone(symbol: string): boolean {
    return this.#reportsOnly && this.#record.touched.has(symbol)
  }

  #checkFlatten(at: number, feltUntil: number): void {
    if (this.#flattenAt === null) return
    const open = [...this.#record.book.held.keys()].filter(
      symbol => this.#assets.includes(symbol) && !this.#isLeftAlone(symbol),
    )
    const stands = open.filter(symbol => {
      const held = this.#record.book.quantity(symbol).abs()
      return this.#record.covered(symbol, ['market']).lt(held)
    })
    if (stands.length === 0) {
      this.#flattenAt = null
      return
    }
    if (at <= Math.max(this.#flattenAt, feltUntil) + FLATTEN_MS) return
    this.#flattenAt = null
    this.#say(
      'P8',
      'told to flatten',
      'an exit for every position within 30 s',
      `${stands.join(', ')} without one`,
    )
  }

  #say(promise: 'P8' | 'P12', what: string, expected: string, actual: string): void {
    this.#accuse({ promise, accountId: this.#accountId, what, expected, actual })
  }
}
