/** How far a signal has come that must stay the same for a set time before it is believed. */
import type { Side } from '../order.ts'

/** `until` is when it may act; `since` and `until` are equal when no confirmation is asked for. Epoch ms. */
export type Confirmation = { side: Side; since: number; until: number }

export type ConfirmationStatus = {
  action: Side | 'hold'
  confirmed: boolean
  neededSeconds: number
  /** Epoch ms; `null` when nothing is being confirmed. */
  since: number | null
  elapsedSeconds: number
  remainingSeconds: number
  /** 0 to 1. */
  progress: number
}

/** How far a confirmation has come at `at`. `neededMs` is told for the case that nothing is being confirmed. */
export const confirmationStatus = (
  confirmation: Confirmation | null,
  at: number,
  neededMs: number,
): ConfirmationStatus => {
  if (confirmation === null) {
    return {
      action: 'hold',
      confirmed: false,
      neededSeconds: neededMs / 1000,
      since: null,
      elapsedSeconds: 0,
      remainingSeconds: neededMs / 1000,
      progress: 0,
    }
  }
  const needed = confirmation.until - confirmation.since
  const elapsed = Math.max(0, at - confirmation.since)
  return {
    action: confirmation.side,
    // Exactly at `until` is confirmed.
    confirmed: at >= confirmation.until,
    neededSeconds: needed / 1000,
    since: confirmation.since,
    elapsedSeconds: elapsed / 1000,
    remainingSeconds: Math.max(0, needed - elapsed) / 1000,
    progress: needed === 0 ? 1 : Math.min(1, elapsed / needed),
  }
}
