/** A line per account: what a person wants to know of a day without asking. */
import type { Notice } from '../../domain/alert.ts'
import type { AccountSummary } from '../engine-view.ts'

const DAY_MS = 86_400_000

const lineOf = (account: AccountSummary): string =>
  `${account.id}: equity ${account.equity} (${account.returnPercent} %), drawdown ${account.drawdownPercent} %, ` +
  `${account.positionsOpen} open, ${account.tradesToday} entries today, models ${account.modelCostUsd} USD, ${account.status}`

/** Told once for each day of the wall clock that has begun since the start. */
export class DailySummary {
  #day: number

  constructor(now: number) {
    this.#day = Math.floor(now / DAY_MS)
  }

  /** `null` until a day has ended. */
  due(now: number, accounts: readonly AccountSummary[]): Omit<Notice, 'heldBack'> | null {
    const day = Math.floor(now / DAY_MS)
    if (day <= this.#day) return null
    this.#day = day
    const message = accounts.map(lineOf).join('\n')
    return { event: 'summary', level: 'info', code: 'daily_summary', accountId: null, message, at: now }
  }
}
