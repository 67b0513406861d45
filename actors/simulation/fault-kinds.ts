/**
 * Everything that can go wrong in a simulation, by name. `asked`: probability per question to the venue; `told`: per event
 * of its stream; `daily`: how often a day an account (or, for the process, the engine) is hit.
 */
export const FAULTS = {
  // What becomes of an order on its way (faults 1, 2, 3, 7).
  submit_timed_out_accepted: { per: 'asked', rate: 0.06 },
  submit_timed_out_lost: { per: 'asked', rate: 0.06 },
  submit_unknown_503: { per: 'asked', rate: 0.06 },
  submit_arrived_late: { per: 'asked', rate: 0.04 },
  submit_ack_late: { per: 'asked', rate: 0.05 },
  submit_unreachable: { per: 'asked', rate: 0.05 },
  submit_unreadable: { per: 'asked', rate: 0.04 },
  entry_refused: { per: 'asked', rate: 0.1 },
  stop_refused: { per: 'asked', rate: 0.15 },
  stop_would_trigger: { per: 'asked', rate: 0.06 },
  stop_timed_out: { per: 'asked', rate: 0.1 },
  target_refused: { per: 'asked', rate: 0.15 },
  exit_refused: { per: 'asked', rate: 0.15 },
  lookup_unreachable: { per: 'asked', rate: 0.3 },
  lookup_unknown: { per: 'asked', rate: 0.3 },
  lookup_behind: { per: 'asked', rate: 0.2 },
  cancel_timed_out: { per: 'asked', rate: 0.1 },
  cancel_lost: { per: 'asked', rate: 0.1 },
  cancel_refused: { per: 'asked', rate: 0.05 },
  leverage_not_set: { per: 'asked', rate: 0.1 },
  leverage_other: { per: 'asked', rate: 0.1 },
  account_unreadable: { per: 'asked', rate: 0.05 },
  orders_unreadable: { per: 'asked', rate: 0.1 },
  positions_unreadable: { per: 'asked', rate: 0.2 },
  fills_unreadable: { per: 'asked', rate: 0.2 },
  // What becomes of news (faults 4, 5, 17, 18).
  event_lost: { per: 'told', rate: 0.01 },
  event_twice: { per: 'told', rate: 0.1 },
  event_late: { per: 'told', rate: 0.08 },
  events_reordered: { per: 'told', rate: 0.1 },
  history_replayed: { per: 'told', rate: 0.03 },
  stream_interrupted: { per: 'daily', rate: 2 },
  // What a person does on the venue's own pages (faults 9, 11, 26).
  user_cancels_stop: { per: 'daily', rate: 3 },
  user_cancels_all: { per: 'daily', rate: 1 },
  user_closes: { per: 'daily', rate: 2 },
  user_reduces: { per: 'daily', rate: 2 },
  user_opens: { per: 'daily', rate: 1 },
  user_adds: { per: 'daily', rate: 1 },
  user_flips: { per: 'daily', rate: 1 },
  user_sets_leverage: { per: 'daily', rate: 2 },
  // The venue as a whole (faults 10, 23, 27).
  venue_down: { per: 'daily', rate: 2 },
  rate_limited: { per: 'daily', rate: 2 },
  key_read_only: { per: 'daily', rate: 1 },
  price_gap: { per: 'daily', rate: 1 },
  // Market data as the engine gets it (faults 17, 19, 20, 22).
  candle_missing: { per: 'daily', rate: 10 },
  candle_twice: { per: 'daily', rate: 5 },
  market_silent: { per: 'daily', rate: 1 },
  price_outlier: { per: 'daily', rate: 0.5 },
  funding_spike: { per: 'daily', rate: 0.7 },
  funding_flipped: { per: 'daily', rate: 0.7 },
  funding_missing: { per: 'daily', rate: 1 },
  // Strategies (faults 29, 30, 34).
  strategy_throws: { per: 'asked', rate: 0.05 },
  strategy_nonsense: { per: 'asked', rate: 0.15 },
  strategy_flips: { per: 'asked', rate: 0.15 },
  strategy_wants_all: { per: 'asked', rate: 0.2 },
  // Store and process (faults 12, 13, 15, 24, 39, 40).
  store_slow: { per: 'daily', rate: 2 },
  store_down: { per: 'daily', rate: 1 },
  store_write_lost: { per: 'asked', rate: 0.02 },
  killed: { per: 'daily', rate: 2 },
  killed_twice: { per: 'daily', rate: 0.5 },
  killed_before_send: { per: 'asked', rate: 0.004 },
  killed_after_send: { per: 'asked', rate: 0.004 },
  killed_at_event: { per: 'told', rate: 0.004 },
  suspended: { per: 'daily', rate: 0.3 },
  actor_crash: { per: 'daily', rate: 1 },
  // Orders of people (fault 39).
  command_pause: { per: 'daily', rate: 0.5 },
  command_halt: { per: 'daily', rate: 0.3 },
  command_flatten: { per: 'daily', rate: 0.7 },
} as const satisfies Record<string, { per: 'asked' | 'told' | 'daily'; rate: number }>

export type FaultKind = keyof typeof FAULTS
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]

/**
 * Faults that are over when they strike: they leave nothing in doubt, so no promise may take longer because of them. A stop
 * that is refused again and again is what the naked deadline is for.
 */
export const WITHOUT_AFTERMATH: readonly FaultKind[] = FAULT_KINDS.filter(kind =>
  /^(stop_refused|stop_would|target_refused|entry_refused|leverage|account_un|strategy|event_twice|history)/.test(
    kind,
  ),
)

/** Faults that hit everybody at once: left out where accounts are compared with and without a neighbour's faults. */
export const SHARED_FAULTS: readonly FaultKind[] = FAULT_KINDS.filter(kind =>
  /^(store|killed|suspended|candle|market|price|funding)/.test(kind),
)
/** Things that come about by themselves and are counted by what the venue shows. */
export const OUTCOMES = ['partial_fill', 'liquidation', 'fill_before_ack'] as const
export type Outcome = (typeof OUTCOMES)[number]
