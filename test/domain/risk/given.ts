/** A plain entry that every rule lets pass, and the ways to bend it. Numbers are those of the requirements' examples. */
import type { Instrument } from '../../../domain/instrument.ts'
import type { RiskRule, RuleOutcome, Verdict } from '../../../domain/risk/verdict.ts'
import type { RiskView } from '../../../domain/risk/view.ts'
import type { RiskLimits } from '../../../domain/settings.ts'
import type { Proposal } from '../../../domain/strategy.ts'
import { type Money, money, price, quantity, ratio } from '../../../domain/units.ts'

export const AT = Date.UTC(2026, 0, 15, 12)

export const BTC: Instrument = {
  symbol: 'BTC',
  quote: 'USDT',
  kind: 'perpetual',
  tickSize: price('0.01'),
  stepSize: quantity('0.001'),
  minNotional: money(5),
  marketQuantityMax: null,
  marginTiers: [
    {
      notionalMax: money(50_000),
      maintenanceRatio: ratio(0.004),
      maintenanceAmount: money(0),
      leverageMax: 50,
    },
    { notionalMax: null, maintenanceRatio: ratio(0.01), maintenanceAmount: money(300), leverageMax: 20 },
  ],
}

export const SPOT: Partial<Instrument> = { kind: 'spot', marginTiers: [] }

export const LIMITS: RiskLimits = {
  stop: 'derive',
  stopAtrMultiple: 1.5,
  leverageMin: 1,
  leverageDefault: 2,
  leverageMax: 5,
  positionRatioMax: 0.2,
  positionBasis: 'notional',
  riskPerTradeRatioMax: 0.02,
  heatRatioMax: 0.06,
  positionsMax: 3,
  tradesPerDayMax: 20,
  dailyLossRatioMax: 0.05,
  drawdownWarnRatio: 0.15,
  drawdownTripRatio: 0.25,
  drawdownRearmRatio: 0.2,
  emergencyAction: 'flatten',
  fundingRateMax: 0.001,
  priceAgeMsMax: 5_000,
  slippageRatioMax: 0,
}

/** The limits with every cap on size switched off, so that one rule can be looked at alone. */
export const NO_CAPS: Partial<RiskLimits> = {
  positionRatioMax: null,
  riskPerTradeRatioMax: null,
  heatRatioMax: null,
}

type ViewChange = Partial<Omit<RiskView, 'limits' | 'instrument'>> & {
  limits?: Partial<RiskLimits>
  instrument?: Partial<Instrument>
}

export const givenView = ({ limits, instrument, ...rest }: ViewChange = {}): RiskView => ({
  at: AT,
  instrument: { ...BTC, ...instrument },
  limits: { ...LIMITS, ...limits },
  assets: ['BTC', 'ETH', 'SOL'],
  interval: '1h',
  mark: { price: price(100), at: AT },
  atr: 2,
  fundingRate: 0.0001,
  equity: money(1_000),
  marginFree: money(1_000),
  reserved: { margin: money(0), risk: money(0), positions: 0 },
  openRisk: money(0),
  positionsOpen: 0,
  tradesToday: 0,
  dayStartEquity: money(1_000),
  peakEquity: money(1_000),
  dailyLossTripped: false,
  drawdownTripped: false,
  cooldownUntil: null,
  positionOpen: false,
  entriesStopped: null,
  confidenceMin: null,
  sizeFactor: 1,
  takerFeeRatio: 0,
  ...rest,
})

export const givenProposal = (change: Partial<Proposal> = {}): Proposal => ({
  symbol: 'BTC',
  action: 'buy',
  allocation: '500' as Money,
  sizeFactor: 1,
  leverage: null,
  stop: { price: price(95) },
  target: null,
  closeFraction: null,
  confidence: null,
  score: null,
  exitPlan: '',
  rationale: '',
  ...change,
})

export const outcomeOf = (verdict: Verdict, rule: RiskRule): RuleOutcome => {
  const found = verdict.record.find(each => each.rule === rule)
  if (found === undefined) throw new Error(`the record has no line for ${rule}`)
  return found
}

export const planOf = (verdict: Verdict) => {
  if (!verdict.approved) throw new Error(`refused: ${JSON.stringify(verdict.refusal)}`)
  return verdict.plan
}

export const codeOf = (verdict: Verdict): string => (verdict.approved ? 'approved' : verdict.refusal.code)
