/**
 * Rules about size. Each answers with the largest quantity it allows on its own; the size is the smallest of them.
 * Every cap holds at any fill the order can have, because it counts the least favourable one.
 */
import { Decimal, dec, percentText, roundDownToStep } from '../units.ts'
import { readDecimal } from './draft.ts'
import {
  capAt,
  cut,
  fitBudget,
  off,
  pass,
  passIf,
  priced,
  type Rule,
  refuse,
  shown,
  skip,
  text,
} from './rule.ts'
import type { RiskView } from './view.ts'

/** What was asked for. The draft starts with it, so this rule only judges whether it is an amount at all. */
export const allocation: Rule = ({ proposal, quantity, prices }, view) => {
  const units = proposal.manual?.quantity ?? null
  const wanted = units ?? proposal.allocation
  if (wanted === null) return off('as much as the rules allow')
  const amount = readDecimal(wanted)
  if (amount === null || amount.lte(0)) return refuse('an amount above 0', shown(wanted))
  if (prices === null || quantity === null) return skip('no direction or no price')
  return {
    ...pass('an amount above 0', text(amount)),
    quantityMax: roundDownToStep(
      units === null ? amount.div(prices.reference) : amount,
      view.instrument.stepSize,
    ),
  }
}

/** The position as a share of equity, by its notional or by the margin it binds. */
export const positionCap: Rule = priced((prices, draft, view) => {
  const { positionRatioMax, positionBasis } = view.limits
  if (positionRatioMax === null) return off()
  const share = dec(view.equity).times(positionRatioMax)
  const shareText = `${percentText(positionRatioMax)} of equity ${view.equity}`
  if (positionBasis === 'notional') {
    return fitBudget(draft, view, {
      room: share,
      perUnit: prices.dearest,
      limit: `notional ${text(share)}, ${shareText}`,
    })
  }
  if (draft.leverage === null) return skip('no usable leverage')
  const room = share.times(draft.leverage)
  const limit = `notional ${text(room)}: margin ${text(share)}, ${shareText}, at leverage ${draft.leverage}`
  return fitBudget(draft, view, { room, perUnit: prices.dearest, limit })
})

/** The loss from the least favourable fill to the stop. Without a stop the whole notional counts. */
export const riskPerTrade: Rule = (draft, view) => {
  const ratio = view.limits.riskPerTradeRatioMax
  if (ratio === null) return off()
  if (draft.riskPerUnit === null) return skip('no usable stop')
  const room = dec(view.equity).times(ratio)
  const limit = `loss at the stop ${text(room)}, ${percentText(ratio)} of equity ${view.equity}`
  return fitBudget(draft, view, { room, perUnit: draft.riskPerUnit, limit })
}

/** The losses at all stops together: open positions, entries in flight and this one. */
export const heat: Rule = (draft, view) => {
  const ratio = view.limits.heatRatioMax
  if (ratio === null) return off()
  if (draft.riskPerUnit === null) return skip('no usable stop')
  const whole = dec(view.equity).times(ratio)
  const used = dec(view.openRisk).plus(view.reserved.risk)
  const room = whole.minus(used)
  const wholeText = `${text(whole)}, ${percentText(ratio)} of equity ${view.equity}`
  const limit = `${text(room)} left of ${wholeText}, ${text(used)} open or in flight`
  return fitBudget(draft, view, { room, perUnit: draft.riskPerUnit, limit })
}

/** Margin the venue has free for it, less what entries in flight will take, with room for both taker fees. */
export const freeMargin: Rule = priced((prices, draft, view) => {
  if (draft.leverage === null) return skip('no usable leverage')
  const free = dec(view.marginFree).minus(view.reserved.margin)
  const feeShare = dec(feesRatio(view)).times(draft.leverage)
  const room = free.times(draft.leverage).div(feeShare.plus(1))
  const limit = `notional ${text(room)}: margin ${text(free)} free at leverage ${draft.leverage}, less fees`
  return fitBudget(draft, view, { room, perUnit: prices.dearest, limit })
})

/** Fees allowed for as a share of notional: one at entry, one at exit, both as taker. */
export const feesRatio = (view: RiskView): number => 2 * view.takerFeeRatio

/** Scales the result down: the strategy's wish times the account's own factor. What is no number counts as zero. */
export const sizeFactor: Rule = (draft, view) => {
  const factor = downOnly(draft.proposal.sizeFactor).times(downOnly(view.sizeFactor))
  const actual = `${shown(draft.proposal.sizeFactor)} asked, ${shown(view.sizeFactor)} by the account`
  if (factor.lte(0)) return refuse('a size factor above 0', actual)
  if (draft.quantity === null) return skip('no size')
  if (factor.eq(1)) return pass('a size factor above 0', actual)
  return { ...capAt(draft, view, draft.quantity.times(factor), 'a size factor above 0', actual) }
}

const downOnly = (factor: number): Decimal => Decimal.min(1, readDecimal(factor) ?? 0)

/** Rounds down: a quantity never grows by rounding. */
export const stepSize: Rule = (draft, view) => {
  if (draft.quantity === null) return skip('no size')
  const step = view.instrument.stepSize
  const rounded = roundDownToStep(draft.quantity, step)
  const actual = text(draft.quantity)
  if (dec(rounded).lte(0)) return { ...refuse(`a step of ${step}`, actual), quantityMax: rounded }
  const isWhole = draft.quantity.eq(rounded)
  return {
    ...(isWhole ? pass : cut)(`a step of ${step}`, actual),
    quantityMax: rounded,
    change: { quantity: dec(rounded) },
  }
}

/** Never rounds up to the minimum: that would be more than the rules before allowed. */
export const minimumNotional: Rule = priced((prices, draft, view) => {
  if (draft.quantity === null) return skip('no size')
  const worth = draft.quantity.times(prices.low)
  return passIf(
    worth.gte(view.instrument.minNotional),
    `at least ${view.instrument.minNotional}`,
    text(worth),
  )
})
