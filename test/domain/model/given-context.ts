/** A context with something in every block. */
import type { HeldPosition, WorkingOrder } from '../../../domain/model/account-block.ts'
import type { ContextInput } from '../../../domain/model/context.ts'
import type { PastDecision, PastFill, PastTrade } from '../../../domain/model/history-block.ts'
import type { AssetMarket } from '../../../domain/model/market-block.ts'
import { money, price, quantity } from '../../../domain/units.ts'
import { givenSettings } from '../../actors/given.ts'

export const AT = Date.UTC(2026, 0, 15, 12)
export const NONE: (number | null)[] = Array.from({ length: 10 }, () => null)
const rising = (from: number): number[] => Array.from({ length: 10 }, (_, index) => from + index)

export const givenMarket = (symbol: string, change: Partial<AssetMarket> = {}): AssetMarket => ({
  symbol,
  price: 100_000.5,
  priceAt: AT,
  change3m: 0.00123,
  openInterest: null,
  fundingRate: 0.0000125,
  depthPressure: null,
  intraday: {
    timeframe: '5m',
    midPrices: rising(99_990),
    ema20: rising(99_900),
    macd: rising(-4),
    rsi7: rising(50),
    rsi14: rising(45),
  },
  longTerm: {
    ema20: 99_000,
    ema50: 98_000,
    atr3: 500.25,
    atr14: 450,
    volumeCurrent: 1_234.5,
    volumeAverage: 1_100,
    macd: rising(100),
    rsi14: rising(40),
  },
  now: {
    timeframe: '5m',
    macd: { macd: 12.5, signal: 10, histogram: 2.5 },
    kdj: { k: 85, d: 81, j: 93 },
    kdjBefore: { k: 80, d: 81 },
    rsi14: 71,
  },
  ...change,
})

export const givenPosition = (change: Partial<HeldPosition> = {}): HeldPosition => ({
  symbol: 'BTC',
  state: 'protected',
  direction: 'long',
  quantity: quantity('0.02'),
  entryPrice: price('100000'),
  markPrice: price('101000'),
  leverage: 2,
  stopPrice: price('99800'),
  targetPrice: price('104000'),
  firstStop: price('99500'),
  openedAt: AT - 90 * 60_000,
  exitPlan: 'Out when the trend breaks.',
  conditions: [{ kind: 'time_stop', afterMs: 3_600_000 }],
  reversalCount: 0,
  ...change,
})

export const givenOrder = (change: Partial<WorkingOrder> = {}): WorkingOrder => ({
  clientOrderId: 'main-1-stop',
  symbol: 'BTC',
  side: 'sell',
  type: 'stop_market',
  quantity: quantity('0.02'),
  filledQuantity: quantity('0'),
  price: null,
  triggerPrice: price('99800'),
  reduceOnly: true,
  ...change,
})

export const givenDecision = (index: number, change: Partial<PastDecision> = {}): PastDecision => ({
  candleAt: AT - (10 - index) * 300_000,
  symbol: 'BTC',
  action: 'hold',
  allocation: null,
  confidence: null,
  outcome: 'held',
  code: null,
  rationale: `reason ${index}`,
  ...change,
})

const fill = (index: number): PastFill => ({
  at: AT - (10 - index) * 600_000,
  symbol: 'BTC',
  side: 'buy',
  quantity: quantity('0.01'),
  price: price(100_000 + index),
  fee: money('0.5'),
})

const trade = (index: number): PastTrade => ({
  symbol: 'BTC',
  side: 'long',
  quantity: quantity('0.01'),
  entryPrice: price('99000'),
  entryAt: AT - 7_200_000,
  exitPrice: price(99_100 + index),
  exitAt: AT - 3_600_000,
  exitReason: 'target',
  pnl: money('12.345'),
  rMultiple: '1.2345',
})

const listed = <Item>(make: (index: number) => Item): Item[] =>
  Array.from({ length: 10 }, (_, index) => make(index))

const { risk, strategy } = givenSettings().accounts[0] as ReturnType<typeof givenSettings>['accounts'][number]

export const givenContext = (change: Partial<ContextInput> = {}): ContextInput => ({
  at: AT,
  interval: '5m',
  due: [
    { symbol: 'BTC', actions: ['sell', 'close', 'hold'] },
    { symbol: 'ETH', actions: ['buy', 'sell', 'hold'] },
  ],
  account: {
    id: 'main',
    equity: money('9950.129'),
    balance: money('9930.129'),
    marginFree: money('8930.1'),
    deposits: money('10000'),
    dayStartEquity: money('10000'),
    peakEquity: money('10200'),
    tradesToday: 2,
    entriesStopped: null,
    leverage: { leverageMin: 1, leverageDefault: 2, leverageMax: 5 },
  },
  positions: [givenPosition()],
  orders: [givenOrder()],
  markets: [givenMarket('BTC'), givenMarket('ETH', { price: 3_500.25 })],
  decisions: listed(givenDecision),
  fills: listed(fill),
  trades: listed(trade),
  performance: {
    trades: 20,
    winRatePercent: '55',
    netPnl: '-49.871',
    profitFactor: '1.234567',
    expectancyR: '0.1',
    sharpe: null,
    days: 1,
  },
  rules: { limits: risk, strategy, interval: '5m', cooldownMs: 900_000 },
  ...change,
})
