/** The facts an entry is judged with, gathered from a deliberation, and what the entries before it in the same turn hold. */
import type { AssetState, Deliberation } from './deliberate.ts'
import { FLAT } from './position.ts'
import { isExposed } from './position-state.ts'
import { openRisk } from './risk/exposure.ts'
import type { EntryPlan } from './risk/verdict.ts'
import type { RiskView } from './risk/view.ts'
import { addMoney, ZERO_MONEY } from './units.ts'

export type Reserved = RiskView['reserved']

export const NOTHING_RESERVED: Reserved = { margin: ZERO_MONEY, risk: ZERO_MONEY, positions: 0 }

export const riskView = (
  facts: Deliberation,
  asset: AssetState,
  symbol: string,
  reserved: Reserved,
): RiskView => {
  const exposed = Object.values(facts.positions).filter(isExposed)
  const position = facts.positions[symbol]
  return {
    at: Math.max(facts.at, facts.now),
    instrument: asset.instrument,
    limits: facts.settings.risk,
    assets: facts.settings.assets,
    interval: facts.settings.interval,
    mark: asset.mark,
    atr: asset.atr,
    fundingRate: asset.fundingRate,
    equity: facts.equity,
    marginFree: facts.analysis.marginFree,
    reserved,
    openRisk: openRisk(
      exposed.map(each => ({
        book: { ...FLAT, direction: each.direction, quantity: each.quantity, entryPrice: each.entryPrice },
        stopPrice: each.stopPrice,
      })),
    ),
    positionsOpen: exposed.length,
    tradesToday: facts.tradesToday + reserved.positions,
    dayStartEquity: facts.breakers.dayStartEquity,
    peakEquity: facts.breakers.peakEquity,
    dailyLossTripped: facts.breakers.dailyLossTripped,
    drawdownTripped: facts.breakers.drawdownTripped,
    cooldownUntil: position?.cooldownUntil ?? null,
    positionOpen: position !== undefined && isExposed(position),
    entriesStopped: facts.entriesStopped,
    confidenceMin: facts.settings.strategy.confidenceMin,
    sizeFactor: 1,
    takerFeeRatio: facts.analysis.takerFeeRatio,
  }
}

export const reserve = (reserved: Reserved, plan: EntryPlan): Reserved => ({
  margin: addMoney(reserved.margin, plan.marginReserved),
  risk: addMoney(reserved.risk, plan.riskReserved),
  positions: reserved.positions + 1,
})
