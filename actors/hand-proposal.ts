/** An order by hand in the words of a proposal, as its account judges it and its diary has it. */
import type { Proposal } from '../domain/strategy.ts'
import type { OrderWish } from './hand-orders.ts'

/** As the diary has it: `By hand: buy 0.5 BTC at 45000 or better`. */
const saidOf = ({ side, quantity, value, symbol, limitPrice }: OrderWish): string => {
  const amount = quantity === null ? `${symbol} for ${value}` : `${quantity} ${symbol}`
  return `By hand: ${side} ${amount}${limitPrice === null ? '' : ` at ${limitPrice} or better`}`
}

export const proposalOf = (wish: OrderWish): Proposal => {
  const { requestId, by, quantity, limitPrice, asked, stop, target, reason } = wish
  return {
    symbol: wish.symbol,
    action: wish.side,
    allocation: wish.value,
    sizeFactor: 1,
    leverage: wish.leverage,
    stop: stop === null ? null : { price: stop },
    target: target === null ? null : { price: target },
    closeFraction: null,
    confidence: null,
    score: null,
    exitPlan: '',
    rationale: reason === null ? `${saidOf(wish)}.` : `${saidOf(wish)}. ${reason}`,
    manual: { requestId, by, quantity, limitPrice, asked },
  }
}
