/** What may be done in a play, one step at a time. */
import type { Leg, OrderStatus } from '../../domain/order.ts'
import type { Terms } from './terms.ts'
import type { Way } from './venue-services.ts'

export const WISHES = [
  'pause',
  'resume',
  'stop_entries',
  'allow_entries',
  'drain',
  'halt',
  'rearm',
  'flatten',
  'stop',
] as const

export type Step =
  /** Of the open questions, the oldest is 0 and the newest −1. */
  | { do: 'answer'; way: Way; index: number }
  | { do: 'tell'; twice: boolean; index?: number }
  | { do: 'pass'; ms: number }
  | { do: 'move'; to: number; share: number }
  | { do: 'candle'; action: 'buy' | 'sell' | 'close' | 'hold'; quiet?: boolean }
  /** A candle of the feed has closed at the price of now, after it has been this far. */
  | { do: 'mark closed'; high: number; low: number }
  | { do: 'fund' }
  | { do: 'close'; fraction: number }
  | { do: 'wish'; wish: (typeof WISHES)[number] }
  | { do: 'mark'; equity: number }
  /** A working order of this leg ends at the venue, by its own word or somebody's hand. */
  | { do: 'end'; leg: Leg; status: Exclude<OrderStatus, 'working' | 'filled'> }
  /** `all`: closes whatever is open there. */
  | { do: 'trade by hand'; side: 'buy' | 'sell'; size: string }
  /** An entry is approved whatever the position is doing: its account may know less than it does. */
  | { do: 'approve'; direction: 'long' | 'short' }
  /** A person wants it, in whatever state the account is. */
  | { do: 'give'; action: 'buy' | 'sell' }
  | { do: 'withdraw' }
  | { do: 'cancel entry' }
  | { do: 'settings'; terms: Terms }
  | { do: 'restart'; from: 'now' | 'last intent' }
