/** What may be said of an account: the words of `defaults:` and of each entry of `accounts:`. */
import { z } from 'zod'
import {
  accountId,
  amount,
  assets,
  choice,
  flag,
  interval,
  label,
  number,
  numberOrOff,
  percent,
  percentOrOff,
  text,
  trailingDistance,
  whole,
  wholeOrOff,
} from './fields.ts'
import { modelSchema } from './model-schema.ts'
import { retentionSchema } from './operations-schema.ts'

const leverageSchema = z.strictObject({
  min: whole({ from: 1, to: 125 }).describe('Smallest leverage; a lower wish is raised to it.'),
  default: whole({ from: 1, to: 125 }).describe('Leverage when the strategy names none.'),
  max: whole({ from: 1, to: 125 }).describe('Largest leverage; a higher wish is lowered to it.'),
})

const riskShape = {
  position_pct_max: percentOrOff({ above: 0, to: 12_500 }).describe('Largest position, % of equity.'),
  position_basis: choice(['notional', 'margin']).describe('What position_pct_max measures.'),
  risk_per_trade_pct_max: percentOrOff({ above: 0, to: 100 }).describe('Loss at the stop, % of equity.'),
  heat_pct_max: percentOrOff({ above: 0, to: 100 }).describe('Sum of the losses at all stops, % of equity.'),
  positions_max: wholeOrOff({ from: 1 }).describe('Open positions at once.'),
  trades_per_day_max: wholeOrOff({ from: 1 }).describe('Entries per UTC day.'),
  daily_loss_pct_max: percentOrOff({ above: 0, to: 100 }).describe(
    'Loss since 00:00 UTC, % of equity then; entries wait for the next day.',
  ),
  drawdown_warn_pct: percentOrOff({ above: 0, to: 100 }).describe('Drawdown from the peak that warns.'),
  drawdown_trip_pct: percentOrOff({ above: 0, to: 100 }).describe('Drawdown that stops the account.'),
  drawdown_rearm_pct: percent({ above: 0, to: 100 }).describe(
    'Drawdown must be back below this before entries are allowed again; below the trip line.',
  ),
  emergency_action: choice(['flatten', 'halt']).describe('At the trip line: close positions, or only stop.'),
  leverage: leverageSchema.partial(),
  stop: choice(['derive', 'reject', 'off']).describe('An entry without a stop: set one, refuse, let pass.'),
  stop_atr_multiple: number({ above: 0, to: 100 }).describe('Distance of a derived stop in ATR14.'),
  funding_rate_pct_max: percentOrOff({ from: 0, to: 100 }).describe('Funding against us, % per 8 hours.'),
  price_age_s_max: number({ above: 0 }).describe('Oldest price an entry may be sized with, seconds.'),
  slippage_pct_max: percent({ above: 0, to: 100 }).describe('Entries expire beyond this, % of the price.'),
} as const

const weight = () => number({ from: 0, to: 1 }).describe('Share in the score; enabled ones sum to at most 1.')
const length = () => whole({ from: 1, to: 1000 })
const level = () => number({ from: 0, to: 100 })
const signal = { enabled: flag(), weight: weight() }
const parameter = z.union([z.number(), z.boolean()], { error: 'expected a number, or true or false' })

const signalsSchema = z
  .object({
    rsi: z.strictObject({ ...signal, length: length(), buy_below: level(), sell_above: level() }).partial(),
    moving_average: z.strictObject({ ...signal, fast: length(), slow: length() }).partial(),
    macd: z.strictObject({ ...signal, fast: length(), slow: length(), signal: length() }).partial(),
  })
  .partial()
  .catchall(z.object({ enabled: flag().optional(), weight: weight() }).catchall(parameter))

const size = () => number({ from: 0, to: 10 }).describe('Multiplies the size.')
const temperatureSchema = z.strictObject({
  profile: choice(['production', 'testing']).describe('testing: limits ten times more sensitive.'),
  cool: number({ above: 0, to: 1 }).describe('|score| from which it is cool; below, frozen: no order.'),
  warm: number({ above: 0, to: 1 }),
  hot: number({ above: 0, to: 1 }),
  cool_size: size(),
  warm_size: size(),
  hot_size: size(),
})

const trailingOrOff = () =>
  z
    .union(
      [
        z.literal('off'),
        z.strictObject({
          distance: trailingDistance().describe('From the best price: 1.5 %, 3 atr (ATR14) or 1 r.'),
          after_r: number({ from: 0, to: 100 }).optional().describe('Trails once this many R in profit.'),
        }),
      ],
      { error: 'expected a group with distance, such as {distance: 3 atr, after_r: 1}, or the word off' },
    )
    .describe('The stop follows the best price, for entries whose plan does not say otherwise.')

const breakEvenOrOff = () =>
  z
    .union(
      [
        z.literal('off'),
        z
          .strictObject({
            after_r: number({ above: 0, to: 100 }).describe('Once this many R in profit (1),'),
            offset_r: number({ above: -1, to: 100 }).describe('to the entry and this many R beyond (0).'),
          })
          .partial(),
      ],
      { error: 'expected a group such as {after_r: 1, offset_r: 0.1}, or the word off' },
    )
    .describe('Moves the stop to the entry, for entries whose plan does not say otherwise.')

const strategySchema = z
  .strictObject({
    name: text('the name of a strategy or the path of a strategy file').describe(
      'signals, analysts, llm, hybrid, replay, or a path such as ./my-strategy.ts, relative to this file.',
    ),
    signals: signalsSchema,
    entry_score: number({ from: 0, to: 1 }).describe('|score| from which an entry is asked for.'),
    confidence_min_pct: number({ from: 0, to: 100 }).describe('Confidence from which an entry may pass.'),
    preset: choice(['standard', 'aggressive']).describe(
      'aggressive: confirmation_s is 0 where nobody set it; for paper only.',
    ),
    confirmation_s: number({ from: 0, to: 86_400 }).describe('A signal must stay the same this long.'),
    reversal_margin: number({ from: 0, to: 1 }).describe('A reversal needs entry_score plus this much,'),
    reversal_count: whole({ from: 1, to: 100 }).describe('on this many decisions in a row.'),
    close_score: numberOrOff({ above: 0, to: 1 }).describe(
      'Closes a position whose score stands this far against it, such as 0.3.',
    ),
    target_reward_ratio: numberOrOff({ above: 0, to: 100 }).describe('Target distance in stop distances.'),
    trailing: trailingOrOff(),
    break_even: breakEvenOrOff(),
    temperature: temperatureSchema.partial(),
  })
  .partial()

const accountShape = {
  label: label(),
  exchange: choice(['paper']).describe('This version trades on the paper exchange.'),
  deposit: amount().describe('Starting balance in quote currency.'),
  assets: assets().describe('What it may trade.'),
  interval: interval().describe('Candle length at whose close it decides.'),
  strategy: z.union([text('the name or path of a strategy'), strategySchema], {
    error: 'expected the name of a strategy, its path, or a group with name and options',
  }),
  model: modelSchema.describe('The model that llm, hybrid and replay ask.'),
  shadow_of: accountId().describe('Sees what this account sees, and never trades for real.'),
  risk: z.strictObject(riskShape).partial(),
  cooldown_intervals: number({ from: 0, to: 1000 }).describe('No entry for this many intervals after one,'),
  cooldown_s_min: number({ from: 0, to: 604_800 }).describe('and at least this many seconds.'),
  naked_s_max: number({ above: 0, to: 60 }).describe('Longest time a position may be without a stop.'),
  reconcile_s: numberOrOff({ from: 1, to: 86_400 }).describe('Compare with the venue this often.'),
  unknown_orders: choice(['leave', 'cancel']).describe('Orders at the venue that are not ours.'),
  unknown_positions: choice(['close', 'adopt', 'report']).describe('Positions that no plan explains.'),
  retention: retentionSchema.describe('Instead of the retention of the engine.'),
} as const

export const defaultsSchema = z.strictObject(accountShape).partial()
export const accountSchema = defaultsSchema.extend({
  id: accountId().describe('Unique; part of every client order id.'),
})
