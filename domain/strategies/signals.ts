/** The `signals` strategy: weighted signals, one score, thresholds and a temperature. Needs no model. */
import type { IndicatorSpec } from '../indicators/spec.ts'
import type { StrategySettings } from '../settings.ts'
import { actionOf, confidenceOf } from '../signals/action.ts'
import { scoreNumber } from '../signals/aggregate.ts'
import { enabledSignals, signalsProblems, type WeightedSignal } from '../signals/registry.ts'
import { temperatureOf, temperatureSize } from '../signals/temperature.ts'
import { hold, type MarketView, type Proposal, type Strategy, type StrategyView } from '../strategy.ts'
import { holdingSide, proposeClose, proposeSide, turnedAgainst } from './propose.ts'

const WARMING_UP = 'insufficient_history: a signal is still warming up'

/** Weighted sum of the enabled signals, −1 to 1; `null` while any of them is warming up. */
export const signalsScore = (market: MarketView, signals: readonly WeightedSignal[]): number | null => {
  let sum = 0
  for (let index = 0; index < signals.length; index += 1) {
    const { signal, parameters, weight } = signals[index] as WeightedSignal
    const score = signal.score(market, parameters)
    // A sum without one of its parts would be a false number.
    if (score === null) return null
    sum += score * weight
  }
  return scoreNumber(sum)
}

const reasoning = (
  view: StrategyView,
  signals: readonly WeightedSignal[],
  score: number,
  heat: string,
): string => {
  const parts = signals.map(({ signal, parameters, weight }) => {
    const each = signal.score(view.market, parameters)
    return `${signal.name} ${each === null ? 'unknown' : each.toFixed(3)} × ${weight}`
  })
  return `Score ${score.toFixed(4)} (${heat}) = ${parts.join(' + ')}`
}

/**
 * Flat: proposes `buy` or `sell` when the score reaches `entryScore`, sized by its temperature. In a position: the
 * opposite side on the same evidence; whether that is enough to turn is for the engine's hysteresis to decide. With a
 * `closeScore`, a close as soon as the score stands that far against the position.
 *
 * Throws an `Error` that lists every problem when the signal settings cannot be used.
 */
export const createSignalsStrategy = (settings: StrategySettings): Strategy => {
  const problems = signalsProblems(settings.signals)
  if (problems.length > 0) throw new Error(`Strategy signals cannot start: ${problems.join('; ')}`)
  const signals = enabledSignals(settings.signals)
  const specs: IndicatorSpec[] = signals.flatMap(({ signal, parameters }) => signal.indicators(parameters))
  const tooWeak = `score below entry at ${settings.entryScore} (confidence ${settings.confidenceMin} %)`
  return {
    name: 'signals',
    indicators: () => specs,
    explain: view => {
      const score = signalsScore(view.market, signals)
      return score === null
        ? null
        : reasoning(view, signals, score, temperatureOf(score, settings.temperature))
    },
    propose: (view): Proposal => {
      const score = signalsScore(view.market, signals)
      if (score === null) return hold(view.symbol, WARMING_UP)
      if (turnedAgainst(view, score, settings.closeScore)) {
        const heat = temperatureOf(score, settings.temperature)
        const rationale = `Turned against the position: ${reasoning(view, signals, score, heat)}`
        return proposeClose(view.symbol, { score, confidence: confidenceOf(score), rationale })
      }
      const action = actionOf(score, settings)
      if (action === 'hold') return hold(view.symbol, tooWeak, score)
      if (action === holdingSide(view)) return hold(view.symbol, 'position is open on this side', score)
      const temperature = temperatureOf(score, settings.temperature)
      const size = temperatureSize(temperature, settings.temperature)
      if (size === 0) return hold(view.symbol, `temperature is ${temperature}, which takes no size`, score)
      const rationale = reasoning(view, signals, score, temperature)
      return proposeSide(view.symbol, action, {
        score,
        confidence: confidenceOf(score),
        sizeFactor: size,
        rationale,
      })
    },
  }
}
