/**
 * What a model may ask for before it decides: indicators, candles and its own trades, computed here and now. Nothing can
 * be changed by asking, and a question that makes no sense is answered by what is wrong with it.
 */
import type { Candle } from '../../domain/candle.ts'
import { createIndicator, specProblem } from '../../domain/indicators/create.ts'
import { CANDLES_KEPT } from '../../domain/indicators/history.ts'
import type { IndicatorName, IndicatorSpec } from '../../domain/indicators/spec.ts'
import { INTERVAL_MS, INTERVALS, type Interval, isInterval } from '../../domain/interval.ts'
import type { PastTrade } from '../../domain/model/history-block.ts'
import type { ToolCall, ToolSpec } from '../../domain/model/port.ts'
import type { Market } from '../market.ts'

export type ToolWorld = {
  market: Market
  /** The last ones, oldest first. */
  trades: readonly PastTrade[]
}

const COUNT_MAX = 100
const VALUES_SHOWN = 5
const ARGUMENTS_MAX = 2_000

const NAMES: readonly IndicatorName[] = [
  'sma',
  'ema',
  'rsi',
  'macd',
  'atr',
  'bollinger',
  'stochastic',
  'kdj',
  'obv',
  'vwap',
  'adx',
  'volume_average',
]

const text = (description: string, values?: readonly string[]) => ({
  type: 'string',
  description,
  ...(values === undefined ? {} : { enum: values }),
})
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

/** Timeframes that can be merged from the candles there are. */
export const timeframesOf = (base: Interval): Interval[] =>
  INTERVALS.filter(each => INTERVAL_MS[each] % INTERVAL_MS[base] === 0)

export const toolSpecs = (symbols: readonly string[], base: Interval): ToolSpec[] => {
  const asset = text('Asset.', [...symbols])
  const timeframe = text('Length of the candles.', timeframesOf(base))
  const count = { type: 'integer', description: `How many, 1 to ${COUNT_MAX}.` }
  return [
    {
      name: 'indicator',
      description: `Latest ${VALUES_SHOWN} values of an indicator, oldest first.`,
      parameters: object({
        asset,
        name: text('Indicator.', NAMES),
        timeframe,
        length: {
          type: ['integer', 'null'],
          description: 'Candles it looks back on; null: the usual. MACD (12, 26, 9), OBV and VWAP have none.',
        },
      }),
    },
    {
      name: 'candles',
      description: 'Closed candles, oldest first: [opened at, open, high, low, close, volume].',
      parameters: object({ asset, timeframe, count }),
    },
    {
      name: 'own_trades',
      description: 'Closed trades of this account, oldest first.',
      parameters: object({ count }),
    },
  ]
}

const USUAL: Readonly<Partial<Record<IndicatorName, number>>> = {
  sma: 20,
  ema: 20,
  rsi: 14,
  atr: 14,
  bollinger: 20,
  stochastic: 14,
  kdj: 9,
  adx: 14,
  volume_average: 20,
}

const parametersOf = (name: IndicatorName, length: number): number[] => {
  if (name === 'macd') return [12, 26, 9]
  if (name === 'obv' || name === 'vwap') return []
  if (name === 'bollinger') return [length, 2]
  return name === 'stochastic' || name === 'kdj' ? [length, 3, 3] : [length]
}

type Given = Record<string, unknown>
type Told = { [key: string]: unknown }

const wrong = (problem: string): Told => ({ error: problem.slice(0, 300) })
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)
const figure = (value: number): number | null =>
  Number.isFinite(value) ? Number(value.toPrecision(10)) : null

/** The candles asked for, or what is wrong with the question. */
const candlesOf = (world: ToolWorld, given: Given, count: number): Candle[] | Told => {
  const { asset, timeframe } = given
  const symbols = [...world.market.instruments.keys()]
  if (typeof asset !== 'string' || !symbols.includes(asset)) {
    return wrong(`asset must be one of ${symbols.join(', ')}, not ${shown(asset)}`)
  }
  const book = world.market.book(asset)
  const known = timeframesOf(book.baseInterval)
  if (typeof timeframe !== 'string' || !isInterval(timeframe) || !known.includes(timeframe)) {
    return wrong(`timeframe must be one of ${known.join(', ')}, not ${shown(timeframe)}`)
  }
  return book.view(timeframe).candles(count, timeframe)
}

const countIn = ({ count }: Given): number | null =>
  typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= COUNT_MAX ? count : null
const countWrong = ({ count }: Given): Told =>
  wrong(`count must be a whole number from 1 to ${COUNT_MAX}, not ${shown(count)}`)

/** Candles behind the last gap: before it, they say nothing of these. */
const unbroken = (candles: readonly Candle[], timeframe: Interval): readonly Candle[] => {
  const gap = candles.findLastIndex(
    (candle, index) =>
      index > 0 && candle.openAt !== (candles[index - 1] as Candle).openAt + INTERVAL_MS[timeframe],
  )
  return gap < 0 ? candles : candles.slice(gap)
}

const indicator = (world: ToolWorld, given: Given): Told => {
  const { name, timeframe } = given
  if (typeof name !== 'string' || !NAMES.includes(name as IndicatorName)) {
    return wrong(`name must be one of ${NAMES.join(', ')}, not ${shown(name)}`)
  }
  const length = given['length'] ?? USUAL[name as IndicatorName] ?? 1
  if (typeof length !== 'number') return wrong(`length must be a whole number, not ${shown(length)}`)
  const parameters = parametersOf(name as IndicatorName, length)
  const spec: IndicatorSpec = { name: name as IndicatorName, parameters, timeframe: null }
  const problem = specProblem(spec)
  if (problem !== null) return wrong(problem)
  const candles = candlesOf(world, given, CANDLES_KEPT)
  if (!Array.isArray(candles)) return candles
  const folded = createIndicator(spec)
  const values = unbroken(candles, timeframe as Interval).map(candle => {
    folded.update(candle)
    return folded.lines.map((_, line) => figure(folded.read(line)))
  })
  const latest = values.slice(-VALUES_SHOWN)
  const lines = folded.lines.map((line, index) => [line, latest.map(each => each[index] ?? null)])
  const closed = candles.at(-1)
  return {
    asset: given['asset'],
    name,
    timeframe,
    parameters,
    last_candle: closed === undefined ? null : new Date(closed.openAt).toISOString(),
    ...Object.fromEntries(lines),
  }
}

const candles = (world: ToolWorld, given: Given): Told => {
  const count = countIn(given)
  if (count === null) return countWrong(given)
  const found = candlesOf(world, given, count)
  if (!Array.isArray(found)) return found
  return {
    asset: given['asset'],
    timeframe: given['timeframe'],
    candles: found.map(each => [
      new Date(each.openAt).toISOString(),
      ...[each.open, each.high, each.low, each.close, each.volume].map(figure),
    ]),
  }
}

const ownTrades = (world: ToolWorld, given: Given): Told => {
  const count = countIn(given)
  if (count === null) return countWrong(given)
  return {
    trades: world.trades.slice(-count).map(trade => ({
      asset: trade.symbol,
      side: trade.side,
      opened: new Date(trade.entryAt).toISOString(),
      closed: new Date(trade.exitAt).toISOString(),
      entry_price: Number(trade.entryPrice),
      exit_price: Number(trade.exitPrice),
      closed_by: trade.exitReason,
      net_usd: Number(trade.pnl),
      r: trade.rMultiple === null ? null : Number(trade.rMultiple),
    })),
  }
}

const TOOLS: Readonly<Record<string, (world: ToolWorld, given: Given) => Told>> = {
  indicator,
  candles,
  own_trades: ownTrades,
}

const read = (text: string): Given | null => {
  if (text.length > ARGUMENTS_MAX) return null
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Given) : null
  } catch {
    return null
  }
}

/** The answer to one call, as JSON. */
export const answerTool = (world: ToolWorld, call: ToolCall): string => {
  const tool = Object.hasOwn(TOOLS, call.name) ? TOOLS[call.name] : undefined
  if (tool === undefined) {
    return JSON.stringify(
      wrong(`there is no tool ${shown(call.name)}; there are ${Object.keys(TOOLS).join(', ')}`),
    )
  }
  const given = read(call.arguments)
  if (given === null) return JSON.stringify(wrong('the arguments must be one JSON object'))
  return JSON.stringify(tool(world, given))
}
