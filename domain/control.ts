/** What people may tell a running account. One word per command, the same in the journal, over HTTP and in the terminal. */

export const CONTROL_NAMES = [
  'pause',
  'resume',
  /** Entries are refused; exits, of the strategy too, go on. */
  'stop_entries',
  'allow_entries',
  /** One position, or part of it. */
  'close',
  'close_all',
  /** No entries; open positions end by their own stops, targets and exits; then paused. */
  'drain',
  /** No entries and no decisions, entry orders cancelled, positions kept: until re-armed. */
  'halt',
  /** Entry orders cancelled, everything closed, no decisions until re-armed. */
  'panic',
  'rearm',
  /** Closes everything and ends the account, until it is started again. */
  'stop',
] as const

export type ControlName = (typeof CONTROL_NAMES)[number]
