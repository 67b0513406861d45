/** What a user's own strategy may answer, in few words. The symbol is filled in by `defineStrategy`. */
import type { ExitCondition } from '../exit-plan/condition.ts'
import { hold as holdProposal, type Level, type Proposal } from '../strategy.ts'
import { dec, money } from '../units.ts'

export type Answer = Omit<Proposal, 'symbol'>

export type EntryOptions = {
  /** Notional wanted, in quote currency; left out: as much as the rules allow. */
  allocation?: number | string
  /** Share of what the rules allow, (0, 1]; left out: all of it. */
  sizeFactor?: number
  leverage?: number
  /** Left out: the risk rules derive or refuse, as they are set. */
  stop?: Level
  /** Left out: by `targetRewardRatio` of the settings. */
  target?: Level
  /** 0 to 100. */
  confidence?: number
  /** −1 to 1. */
  score?: number
  exitPlan?: string
  /**
   * Exit plan that the position enforces between decisions, at every close of a candle of the feed. List the averages it
   * names among the strategy's indicators, so that they are warm in time; ATR14 always is.
   */
  conditions?: readonly ExitCondition[]
  /** Why, for the journal. */
  reason?: string
}

export type CloseOptions = {
  /** Share of the position, (0, 1]; left out: all of it. */
  fraction?: number
  reason?: string
}

const refuse = (what: string, rule: string, actual: unknown): never => {
  throw new Error(`Strategy answered with ${what} ${String(actual)}; it must be ${rule}`)
}

const checkLevel = (what: string, level: Level | undefined): Level | null => {
  if (level === undefined) return null
  if ('price' in level) {
    if (!(Number(level.price) > 0)) refuse(`${what} price`, 'above 0', level.price)
  } else if (!(level.ratio > 0 && Number.isFinite(level.ratio))) {
    refuse(`${what} ratio`, 'a distance above 0, such as 0.02 for 2 %', level.ratio)
  }
  return level
}

const checkRange = (what: string, value: number | undefined, least: number, most: number): number | null => {
  if (value === undefined) return null
  if (!(value >= least && value <= most)) refuse(what, `from ${least} to ${most}`, value)
  return value
}

const checkShare = (what: string, value: number | undefined): number | null => {
  if (value !== undefined && !(value > 0 && value <= 1)) refuse(what, 'above 0 and at most 1', value)
  return value ?? null
}

const checkAllocation = (value: number | string | undefined): Proposal['allocation'] => {
  if (value === undefined) return null
  if (!(Number(value) > 0 && Number.isFinite(Number(value)))) refuse('allocation', 'an amount above 0', value)
  return money(dec(value))
}

const enter = (action: 'buy' | 'sell', options: EntryOptions): Answer => ({
  action,
  allocation: checkAllocation(options.allocation),
  sizeFactor: checkShare('sizeFactor', options.sizeFactor) ?? 1,
  leverage: checkRange('leverage', options.leverage, 1, 1000),
  stop: checkLevel('stop', options.stop),
  target: checkLevel('target', options.target),
  closeFraction: null,
  confidence: checkRange('confidence', options.confidence, 0, 100),
  score: checkRange('score', options.score, -1, 1),
  exitPlan: options.exitPlan ?? '',
  ...(options.conditions === undefined ? {} : { conditions: [...options.conditions] }),
  rationale: options.reason ?? '',
})

const HOLD: Answer = holdProposal('', '')

/** Each throws an `Error` that names the value and what it must be, when it cannot be meant. */
export const answers = {
  long: (options: EntryOptions = {}): Answer => enter('buy', options),
  short: (options: EntryOptions = {}): Answer => enter('sell', options),
  close: (options: CloseOptions = {}): Answer => ({
    ...HOLD,
    action: 'close',
    closeFraction: checkShare('fraction', options.fraction),
    rationale: options.reason ?? '',
  }),
  hold: (reason = ''): Answer => ({ ...HOLD, rationale: reason }),
} as const
