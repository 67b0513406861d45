/** Generators of entries and of the facts they are judged with. Most entries are sound, so that properties say something. */
import * as fc from 'fast-check'
import type { Instrument } from '../../domain/instrument.ts'
import type { RiskView } from '../../domain/risk/view.ts'
import type { RiskLimits } from '../../domain/settings.ts'
import type { Level, Proposal } from '../../domain/strategy.ts'
import { dec, type Money, money, type Price, price, quantity, ratio } from '../../domain/units.ts'

const AT = 1_700_000_000_000

/** The usual value, once in `oneIn` cases the other. */
const mostly = <Value>(usual: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>, oneIn = 12) =>
  fc.oneof({ weight: oneIn - 1, arbitrary: usual }, { weight: 1, arbitrary: other })

/** True once in `oneIn` cases. */
const seldom = (oneIn: number): fc.Arbitrary<boolean> => mostly(fc.constant(false), fc.constant(true), oneIn)

const amount = (min: number, max: number): fc.Arbitrary<Money> =>
  fc.integer({ min: min * 100, max: max * 100 }).map(cents => money(dec(cents).div(100)))

const share = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.ceil(min * 10_000), max: Math.floor(max * 10_000) }).map(drawn => drawn / 10_000)

const orOff = (limit: fc.Arbitrary<number>): fc.Arbitrary<number | null> =>
  mostly<number | null>(limit, fc.constant(null), 5)

const instrumentArbitrary: fc.Arbitrary<Instrument> = fc
  .record({
    kind: mostly<'perpetual' | 'spot'>(fc.constant('perpetual'), fc.constant('spot')),
    tickSize: fc.constantFrom('0.01', '0.1', '0.5', '0.0001').map(price),
    stepSize: fc.constantFrom('0.001', '0.00001', '0.3', '1').map(quantity),
    minNotional: fc.constantFrom('0', '5', '20').map(money),
    marketQuantityMax: fc.constant(null),
    bound: fc.constantFrom('500', '5000', '50000').map(money),
    leverages: fc.constantFrom([50, 20], [20, 5], [10, 10]),
    rates: fc.constantFrom(['0.004', '0.01'], ['0.01', '0.05']),
  })
  .map(({ bound, leverages, rates, ...rest }) => {
    const [first, second] = [ratio(rates[0]), ratio(rates[1])]
    const amountOff = money(dec(second).minus(first).times(bound))
    return {
      symbol: 'BTC',
      quote: 'USDT',
      ...rest,
      marginTiers: [
        {
          notionalMax: bound,
          maintenanceRatio: first,
          maintenanceAmount: money(0),
          leverageMax: leverages[0],
        },
        {
          notionalMax: null,
          maintenanceRatio: second,
          maintenanceAmount: amountOff,
          leverageMax: leverages[1],
        },
      ],
    }
  })

const limitsArbitrary: fc.Arbitrary<RiskLimits> = fc
  .record({
    stop: fc.constantFrom('derive', 'derive', 'reject', 'off'),
    stopAtrMultiple: share(0.5, 3),
    leverageMin: fc.integer({ min: 1, max: 4 }),
    leverageDefault: fc.integer({ min: 1, max: 10 }),
    leverageSpan: fc.integer({ min: 0, max: 46 }),
    positionRatioMax: orOff(share(0.01, 1)),
    positionBasis: fc.constantFrom('notional', 'margin'),
    riskPerTradeRatioMax: orOff(share(0.001, 0.1)),
    heatRatioMax: orOff(share(0.01, 0.2)),
    positionsMax: orOff(fc.integer({ min: 3, max: 5 })),
    tradesPerDayMax: orOff(fc.integer({ min: 18, max: 25 })),
    dailyLossRatioMax: orOff(share(0.02, 0.1)),
    drawdownTripRatio: orOff(share(0.1, 0.4)),
    fundingRateMax: orOff(share(0.0005, 0.002)),
    slippageRatioMax: mostly(share(0, 0.02), fc.constantFrom(0, 0.5), 6),
  })
  .map(({ leverageSpan, ...rest }) => ({
    ...rest,
    leverageMax: rest.leverageMin + leverageSpan,
    drawdownWarnRatio: null,
    drawdownRearmRatio: 0.05,
    emergencyAction: 'flatten',
    priceAgeMsMax: 5_000,
  }))

export const viewArbitrary: fc.Arbitrary<RiskView> = fc
  .record({
    instrument: instrumentArbitrary,
    limits: limitsArbitrary,
    assets: mostly<string[]>(fc.constant(['BTC']), fc.constant(['ETH']), 30),
    markAge: mostly(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(5_001, 60_000), 30),
    // The mark lies between two ticks more often than on one.
    markOffset: fc.constantFrom('0', '0.003', '0.07', '-0.0455'),
    isMarkKnown: seldom(30).map(isUnknown => !isUnknown),
    atr: mostly<number | null>(share(0.1, 8), fc.constantFrom(null, 0), 20),
    fundingRate: mostly<number | null>(share(-0.001, 0.001), fc.constantFrom(null, 0.01, -0.01)),
    equity: mostly(amount(960, 1_100), fc.constantFrom('0', '-50', '100000').map(money), 15),
    marginFree: mostly(amount(50, 1_100), fc.constantFrom('0', '-1', '100000').map(money), 15),
    reservedMargin: mostly(fc.constant(money(0)), amount(0, 300), 3),
    reservedRisk: mostly(fc.constant(money(0)), amount(0, 30), 3),
    reservedPositions: mostly(fc.constant(0), fc.constant(1), 6),
    openRisk: mostly(fc.constant(money(0)), amount(0, 60), 3),
    positionsOpen: mostly(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 2, max: 4 }), 6),
    tradesToday: mostly(fc.integer({ min: 0, max: 17 }), fc.integer({ min: 18, max: 25 }), 6),
    dailyLossTripped: seldom(30),
    drawdownTripped: seldom(30),
    cooldownUntil: mostly<number | null>(fc.constant(null), fc.constantFrom(AT - 1, AT, AT + 1), 12),
    entriesStopped: mostly<string | null>(fc.constant(null), fc.constant('paused'), 30),
    positionOpen: seldom(30),
    confidenceMin: mostly<number | null>(fc.constant(null), fc.constant(70), 4),
    sizeFactor: mostly(fc.constant(1), share(0.01, 1), 4),
    takerFeeRatio: fc.constantFrom(0, 0.0004, 0.001),
  })
  .map(({ markAge, markOffset, isMarkKnown, reservedMargin, reservedRisk, reservedPositions, ...rest }) => ({
    ...rest,
    at: AT,
    interval: '1h',
    mark: isMarkKnown ? { price: price(dec(100).plus(markOffset)), at: AT - markAge } : null,
    reserved: { margin: reservedMargin, risk: reservedRisk, positions: reservedPositions },
    dayStartEquity: money(1_000),
    peakEquity: money(1_000),
  }))

/** Levels on the right side of a mark near 100, at a distance of 1 to 40 %. */
const levelArbitrary = (side: 'above' | 'below'): fc.Arbitrary<Level> =>
  fc.tuple(share(0.01, 0.4), fc.boolean()).map(([distance, isPrice]) => {
    const at = dec(100).times(side === 'above' ? 1 + distance : 1 - distance)
    return isPrice ? { price: price(at.plus('0.00123')) } : { ratio: distance }
  })

export const proposalArbitrary: fc.Arbitrary<Proposal> = fc
  .record({
    isLong: fc.boolean(),
    allocation: mostly<Money | null>(amount(10, 3_000), fc.constant(null), 4),
    sizeFactor: mostly(fc.constant(1), share(0, 1), 4),
    leverage: mostly<number | null>(fc.integer({ min: 1, max: 50 }), fc.constantFrom(null, 2.5, 200), 4),
    above: levelArbitrary('above'),
    below: levelArbitrary('below'),
    hasStop: seldom(4).map(isMissing => !isMissing),
    hasTarget: fc.boolean(),
    confidence: mostly<number | null>(fc.integer({ min: 60, max: 100 }), fc.constant(null), 3),
  })
  .map(({ isLong, above, below, hasStop, hasTarget, ...rest }) => ({
    symbol: 'BTC',
    action: isLong ? 'buy' : 'sell',
    stop: hasStop ? (isLong ? below : above) : null,
    target: hasTarget ? (isLong ? above : below) : null,
    closeFraction: null,
    score: null,
    exitPlan: '',
    rationale: '',
    ...rest,
  }))

const strangeNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 0, -1, 1e308, 5e-324, 99, 100, 101),
)
const strangeText = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'NaN',
    'Infinity',
    '-5',
    '0',
    '-0',
    '',
    'abc',
    '1e400',
    '1e-9000000',
    '1e9000000',
    '0x10',
    '99',
    '101',
  ),
)
const strangeLevel: fc.Arbitrary<Level | null> = fc.oneof(
  fc.constant(null),
  strangeText.map(each => ({ price: each as Price })),
  strangeNumber.map(each => ({ ratio: each })),
)

/** Proposals nobody should write, but a model might. */
export const strangeProposalArbitrary: fc.Arbitrary<Proposal> = fc.record({
  symbol: mostly(fc.constant('BTC'), fc.string(), 6),
  action: fc.constantFrom('buy', 'sell', 'buy', 'sell', 'close', 'hold'),
  allocation: fc.oneof(
    fc.constant(null),
    strangeText.map(each => each as Money),
  ),
  sizeFactor: mostly(fc.constant(1), strangeNumber, 3),
  leverage: fc.oneof(fc.constant(null), strangeNumber),
  stop: strangeLevel,
  target: strangeLevel,
  closeFraction: fc.oneof(fc.constant(null), strangeNumber),
  confidence: fc.oneof(fc.constant(null), strangeNumber),
  score: fc.oneof(fc.constant(null), strangeNumber),
  exitPlan: fc.string(),
  rationale: fc.string(),
})
