/** Rules about losses already made: the day's, and the fall from the peak. They read the latches of breakers.ts. */
import { type Decimal, dec, type Money, percentText } from '../units.ts'
import { off, passIf, type Rule } from './rule.ts'

/** Share of `from` that is lost at `to`, below zero for a gain. Anything lost from nothing is all of it. */
export const lossRatio = (from: Money, to: Money): Decimal => {
  if (dec(from).gt(0)) return dec(from).minus(to).div(from)
  return dec(dec(to).lt(from) ? 1 : 0)
}

/** Trips at the limit, not beyond it; the latch keeps it tripped until the next UTC day even if equity recovers. */
export const dailyLoss: Rule = (_draft, { limits, dayStartEquity, equity, dailyLossTripped }) => {
  const line = limits.dailyLossRatioMax
  if (line === null) return off()
  const loss = lossRatio(dayStartEquity, equity)
  const latched = dailyLossTripped ? ', tripped until the next UTC day' : ''
  return passIf(
    !dailyLossTripped && loss.lt(line),
    `loss of the UTC day below ${percentText(line)}`,
    `${percentText(loss)} of ${dayStartEquity}${latched}`,
  )
}

/** The latch keeps it tripped until drawdown is back below the re-arm line, which lies below the trip line. */
export const drawdown: Rule = (_draft, { limits, peakEquity, equity, drawdownTripped }) => {
  const line = limits.drawdownTripRatio
  if (line === null) return off()
  const fall = lossRatio(peakEquity, equity)
  const latched = drawdownTripped ? `, tripped until below ${percentText(limits.drawdownRearmRatio)}` : ''
  return passIf(
    !drawdownTripped && fall.lt(line),
    `drawdown below ${percentText(line)}`,
    `${percentText(fall)} from peak ${peakEquity}${latched}`,
  )
}
