/**
 * Bots: accounts that trade one asset by weighted signals. A bot is no thing of its own; it is how such an account is read,
 * with the score of this moment, what each signal gives to it, and how far a confirmation has come.
 */
import type { Candle } from '../domain/candle.ts'
import { type Fact, isRemoval } from '../domain/fact.ts'
import { MarketBook } from '../domain/indicators/market-book.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import type { AccountSettings } from '../domain/settings.ts'
import { actionOf } from '../domain/signals/action.ts'
import {
  type Confirmation,
  type ConfirmationStatus,
  confirmationStatus,
} from '../domain/signals/confirmation.ts'
import { enabledSignals } from '../domain/signals/registry.ts'
import { type Temperature, temperatureOf } from '../domain/signals/temperature.ts'
import { signalsScore } from '../domain/strategies/signals.ts'
import type { MarketView } from '../domain/strategy.ts'
import { whyNoEntry } from './bot-block.ts'
import { topState } from './state-text.ts'
import type { System } from './system.ts'

export type Evaluation = {
  /** −1 to 1; `null` while a signal is warming up. */
  score: number | null
  action: 'buy' | 'sell' | 'hold'
  temperature: Temperature
  signals: { name: string; score: number | null; weight: number }[]
  price: number | null
  at: number
}

export type BotReading = {
  accountId: string
  symbol: string
  evaluation: Evaluation
  confirmation: ConfirmationStatus
  hasPosition: boolean
  /**
   * Why it takes no entry now: its account, its position, its score, a confirmation that is not over, or the rule that
   * refused its latest decision. `null`: nothing keeps it.
   */
  blockedReason: string | null
  lastEvaluatedAt: number | null
}

/** What became of each bot's latest decision, where the rules refused it. */
export class Refusals {
  /** By account, and by asset. */
  readonly #reasons = new Map<string, Map<string, string>>()

  note(fact: Fact): void {
    const { accountId } = fact
    if (isRemoval(fact)) return void this.#reasons.delete(accountId)
    if (fact.type !== 'decision.recorded') return
    const { symbol, outcome, code, limit, actual } = fact.decision
    const reasons = this.#reasons.get(accountId) ?? new Map<string, string>()
    if (outcome !== 'refused') return void reasons.delete(symbol)
    const measured = [limit && `limit ${limit}`, actual && `here ${actual}`].filter(each => each)
    reasons.set(symbol, [`refused: ${code ?? 'no reason'}`, ...measured].join(', '))
    this.#reasons.set(accountId, reasons)
  }

  of(accountId: string, symbol: string): string | null {
    return this.#reasons.get(accountId)?.get(symbol) ?? null
  }
}

/** Candles of the made-up market of an evaluation without consequences. */
const SAMPLE = 300

const isBot = ({ strategy, assets }: AccountSettings): boolean =>
  strategy.name === 'signals' && assets.length === 1

const evaluate = (
  { strategy }: AccountSettings,
  market: MarketView,
  price: number | null,
  at: number,
): Evaluation => {
  const enabled = enabledSignals(strategy.signals)
  const score = signalsScore(market, enabled)
  return {
    score,
    action: score === null ? 'hold' : actionOf(score, strategy),
    temperature: temperatureOf(score ?? 0, strategy.temperature),
    signals: enabled.map(({ signal, parameters, weight }) => ({
      name: signal.name,
      score: signal.score(market, parameters),
      weight,
    })),
    price,
    at,
  }
}

/** A slow wave on a rise: the same every time. */
const sampleCandle = (index: number, intervalMs: number): Candle => {
  const at = (place: number): number => 100 + place * 0.02 + 5 * Math.sin(place / 15)
  const [open, close] = [at(index), at(index + 1)]
  const [high, low] = [Math.max(open, close) + 0.1, Math.min(open, close) - 0.1]
  return { openAt: index * intervalMs, open, high, low, close, volume: 10 }
}

/** The bot's settings on a made-up market: nothing is stored, asked or ordered. */
export const evaluateSample = (settings: AccountSettings): Evaluation => {
  const { interval, strategy } = settings
  const book = new MarketBook('SAMPLE', interval)
  for (const { signal, parameters } of enabledSignals(strategy.signals)) {
    for (const spec of signal.indicators(parameters)) book.require(spec, interval)
  }
  for (let index = 0; index < SAMPLE; index += 1) book.push(sampleCandle(index, INTERVAL_MS[interval]))
  const last = book.closed(interval)
  return evaluate(settings, book.view(interval), last?.close ?? null, SAMPLE * INTERVAL_MS[interval])
}

/** The bots among these accounts as they stand now, by the newest closed candle. */
export const readBots = (
  { desk, market, clock }: System,
  accountIds: readonly string[],
  refusals: Refusals,
): BotReading[] =>
  accountIds.flatMap(accountId => {
    const { settings } = desk.seat(accountId)
    const [symbol] = settings.assets
    if (!isBot(settings) || symbol === undefined || !market.instruments.has(symbol)) return []
    const { context, value } = desk.actor(accountId).getSnapshot()
    const position = context.positions[symbol]
    const evidence = position?.evidence ?? null
    const now = clock.now()
    const confirmation: Confirmation | null =
      evidence === null || position?.direction !== null
        ? null
        : {
            side: evidence.direction === 'long' ? 'buy' : 'sell',
            since: evidence.since,
            until: evidence.until,
          }
    const view = market.view(symbol, settings.interval)
    const evaluation = evaluate(settings, view, market.priceOf(symbol), now)
    return {
      accountId,
      symbol,
      evaluation,
      confirmation: confirmationStatus(confirmation, now, settings.strategy.confirmationMs),
      hasPosition: position !== undefined && position.direction !== null,
      blockedReason: whyNoEntry({
        settings,
        context,
        state: topState(value),
        position,
        score: evaluation.score,
        refusal: refusals.of(accountId, symbol),
        now,
      }),
      lastEvaluatedAt: context.cycle.lastAt,
    }
  })
