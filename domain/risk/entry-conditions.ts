/** Rules about the moment: may this account enter this asset now, whatever the size. */
import { percentText } from '../units.ts'
import { off, passIf, type Rule, refuse, shown, skip, text } from './rule.ts'

/** Closing and holding are not judged here: rules that stop entries never stop exits. */
export const entryAction: Rule = draft =>
  passIf(draft.direction !== null, 'buy or sell', shown(draft.proposal.action))

/** Also refuses a proposal that reached the facts of another instrument. */
export const assetAllowed: Rule = ({ proposal }, { assets, instrument }) =>
  proposal.symbol === instrument.symbol
    ? passIf(assets.includes(proposal.symbol), assets.join(' '), shown(proposal.symbol))
    : refuse(`the judged instrument ${instrument.symbol}`, shown(proposal.symbol))

export const spotNeverShort: Rule = ({ direction }, { instrument }) => {
  if (instrument.kind !== 'spot') return off('not a spot market')
  return passIf(direction !== 'short', 'long on spot', direction ?? 'no direction')
}

export const entriesOpen: Rule = (_draft, { entriesStopped }) =>
  passIf(entriesStopped === null, 'entries open', entriesStopped ?? 'open')

export const positionFlat: Rule = (_draft, { positionOpen }) =>
  passIf(!positionOpen, 'one position or entry per asset', positionOpen ? 'one is open' : 'none')

export const cooldown: Rule = (_draft, { at, cooldownUntil }) => {
  if (cooldownUntil === null) return off('no cooldown')
  const secondsLeft = Math.max(0, Math.ceil((cooldownUntil - at) / 1000))
  return passIf(at >= cooldownUntil, `no entry until ${cooldownUntil}`, `${secondsLeft} s left`)
}

export const priceFresh: Rule = ({ direction, prices }, { at, mark, limits }) => {
  const limit = `mark price of at most ${limits.priceAgeMsMax} ms`
  if (mark === null) return refuse(limit, 'no mark price')
  if (direction !== null && prices === null) return refuse(limit, `unusable mark price ${shown(mark.price)}`)
  return passIf(at - mark.at <= limits.priceAgeMsMax, limit, `${at - mark.at} ms`)
}

/** Entries in flight count: they will be positions before the next one is judged by the venue's numbers. */
export const positionsOpen: Rule = (_draft, view) => {
  const most = view.limits.positionsMax
  if (most === null) return off()
  const open = view.positionsOpen + view.reserved.positions
  return passIf(open < most, `${most} positions`, `${open} open or in flight`)
}

export const tradesPerDay: Rule = (_draft, { limits, tradesToday }) => {
  if (limits.tradesPerDayMax === null) return off()
  return passIf(
    tradesToday < limits.tradesPerDayMax,
    `${limits.tradesPerDayMax} trades per UTC day`,
    `${tradesToday} made`,
  )
}

/**
 * Positive funding is paid by longs, negative by shorts. An unknown rate does not refuse: its cost is bounded by the
 * venue and small beside the stop, and feeds without funding would never trade. The record says it was not measured.
 */
export const funding: Rule = ({ direction }, { instrument, limits, fundingRate }) => {
  if (instrument.kind === 'spot') return off('no funding on spot')
  if (limits.fundingRateMax === null) return off()
  if (direction === null) return skip('no direction')
  if (fundingRate === null) return skip('funding rate unknown')
  const against = direction === 'long' ? fundingRate : -fundingRate
  const limit = `${percentText(limits.fundingRateMax)} per 8 h against the side`
  return passIf(against <= limits.fundingRateMax, limit, `${text(against * 100)} %`)
}

/** A strategy without a measure of confidence is not held to one. */
export const confidence: Rule = ({ proposal }, { confidenceMin }) => {
  if (confidenceMin === null) return off()
  if (proposal.confidence === null) return off('the proposal states none')
  return passIf(proposal.confidence >= confidenceMin, `at least ${confidenceMin}`, shown(proposal.confidence))
}
