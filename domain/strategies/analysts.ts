/** The `analysts` strategy: the technical analyst's score decides, and its words are the rationale. */
import type { StrategySettings } from '../settings.ts'
import { actionOf } from '../signals/action.ts'
import { analystReasoning } from '../signals/analyst-reasoning.ts'
import { ANALYST_INDICATORS, analystConfidence, analystScore, readAnalyst } from '../signals/analyst-score.ts'
import { hold, type Proposal, type Strategy } from '../strategy.ts'
import { holdingSide, proposeClose, proposeSide, turnedAgainst } from './propose.ts'

const WARMING_UP = 'insufficient_history: the analyst needs some 200 candles'

/** As the `signals` strategy, with the analyst's −100..100 as score ÷ 100 and always full size. */
export const createAnalystsStrategy = (settings: StrategySettings): Strategy => {
  const neutral = `neutral: score below entry at ${settings.entryScore * 100} (confidence ${settings.confidenceMin} %)`
  return {
    name: 'analysts',
    indicators: () => [...ANALYST_INDICATORS],
    explain: view => {
      const reading = readAnalyst(view.market, view.candle.close)
      return reading === null ? null : analystReasoning(reading)
    },
    propose: (view): Proposal => {
      const reading = readAnalyst(view.market, view.candle.close)
      if (reading === null) return hold(view.symbol, WARMING_UP)
      const points = analystScore(reading)
      const score = points / 100
      if (turnedAgainst(view, score, settings.closeScore)) {
        const rationale = `Turned against the position: ${analystReasoning(reading)}`
        return proposeClose(view.symbol, { score, confidence: analystConfidence(points), rationale })
      }
      const action = actionOf(score, settings)
      if (action === 'hold') return hold(view.symbol, neutral, score)
      if (action === holdingSide(view)) return hold(view.symbol, 'position is open on this side', score)
      const confidence = analystConfidence(points)
      return proposeSide(view.symbol, action, {
        score,
        confidence,
        sizeFactor: 1,
        rationale: analystReasoning(reading),
      })
    },
  }
}
