/** Confirmation: a signal must stay the same for a set time before it is believed. Plain JSON, so it can be stored. */
import type { Side } from '../order.ts'

/** `until` is when it may act; `since` and `until` are equal when no confirmation is asked for. Epoch ms. */
export type Confirmation = { side: Side; since: number; until: number }

/**
 * The confirmation after an evaluation at `at`.
 *
 * The same side goes on; the other side, no confirmation before, or one that came due more than `ageMsMax` ago,
 * starts over; `hold` clears it.
 */
export const confirm = (
  current: Confirmation | null,
  action: Side | 'hold',
  at: number,
  neededMs: number,
  ageMsMax: number | null = null,
): Confirmation | null => {
  if (action === 'hold') return null
  const grownOld = current !== null && ageMsMax !== null && at - current.until > ageMsMax
  if (current !== null && current.side === action && !grownOld) return current
  return { side: action, since: at, until: at + neededMs }
}

/** Exactly at `until` is confirmed. */
export const isConfirmed = (confirmation: Confirmation | null, at: number): boolean =>
  confirmation !== null && at >= confirmation.until

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
    confirmed: isConfirmed(confirmation, at),
    neededSeconds: needed / 1000,
    since: confirmation.since,
    elapsedSeconds: elapsed / 1000,
    remainingSeconds: Math.max(0, needed - elapsed) / 1000,
    progress: needed === 0 ? 1 : Math.min(1, elapsed / needed),
  }
}
