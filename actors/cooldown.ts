/** How long an asset rests after an exit: some decision intervals, and at least some minutes. */
import { INTERVAL_MS } from '../domain/interval.ts'
import type { AccountSettings } from '../domain/settings.ts'

export const cooldownMs = (account: AccountSettings): number =>
  account.cooldownIntervals === 0
    ? account.cooldownMsMin
    : Math.max(account.cooldownMsMin, account.cooldownIntervals * INTERVAL_MS[account.interval])
