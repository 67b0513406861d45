/** A trader without sense: often in the market, and now and then it answers what no strategy should. */
import type { Level, Proposal, Strategy, StrategyView } from '../../domain/strategy.ts'
import { hold } from '../../domain/strategy.ts'
import { money, price } from '../../domain/units.ts'
import type { Dice } from './dice.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { Faults } from './faults.ts'

const ENTRY_CHANCE = 0.35
const CLOSE_CHANCE = 0.15
const PART_CHANCE = 0.08

const entry = (view: StrategyView, dice: Dice, action: 'buy' | 'sell'): Proposal => {
  const at = view.candle.close
  const sign = action === 'buy' ? 1 : -1
  const distance = dice.pick([0.003, 0.01, 0.03])
  const stop: (Level | null)[] = [null, { ratio: distance }, { price: price(at * (1 - sign * distance)) }]
  const target: (Level | null)[] = [null, { ratio: distance }, { price: price(at * (1 + sign * distance)) }]
  return {
    ...hold(view.symbol, 'random'),
    action,
    allocation: dice.chance(0.5) ? null : money(Math.round(dice.between(50, 20_000))),
    sizeFactor: dice.pick([1, 1, 0.5, 0.1]),
    leverage: dice.pick([null, 1, 3, 20]),
    stop: dice.pick(stop),
    target: dice.pick(target),
    confidence: 90,
    score: sign,
  }
}

const NUMBERS = [Number.NaN, -1, 0, 1e-18, 1e9, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

/** What a model may write when it has lost its mind. */
const nonsense = (view: StrategyView, dice: Dice): Proposal => {
  const action = dice.pick(['buy', 'sell', 'close'] as const)
  const number = () => dice.pick(NUMBERS)
  const text = dice.pick(['NaN', '-5', '1e400', '', 'Infinity', '1e-30'])
  const level = dice.pick<Level | null>([
    { ratio: number() },
    { price: text as never },
    { price: price(view.candle.close * (action === 'buy' ? 1.2 : 0.8)) },
    null,
  ])
  return {
    ...entry(view, dice, action === 'sell' ? 'sell' : 'buy'),
    action,
    symbol: dice.chance(0.2) ? 'NOPE' : view.symbol,
    allocation: dice.pick([text as never, money(1e12), null]),
    sizeFactor: number(),
    leverage: dice.pick([number(), null, 1_000]),
    stop: level,
    closeFraction: dice.pick([number(), null, 0.5]),
    confidence: dice.pick([number(), null]),
    score: dice.pick([number(), null]),
  }
}

const sensible = (view: StrategyView, dice: Dice): Proposal => {
  const { position, symbol } = view
  if (position === null) {
    if (!dice.chance(ENTRY_CHANCE)) return hold(symbol, 'waits')
    return entry(view, dice, dice.chance(0.5) ? 'buy' : 'sell')
  }
  if (dice.chance(CLOSE_CHANCE)) return { ...hold(symbol, 'out'), action: 'close' }
  if (dice.chance(PART_CHANCE)) {
    return { ...hold(symbol, 'part'), action: 'close', closeFraction: dice.pick([0.01, 0.3, 0.5, 0.999]) }
  }
  return hold(symbol, 'stays')
}

/** Its dice are thrown anew for each symbol and candle, so that being asked twice changes nothing. */
export const randomTrader = (accountId: string, faults: Faults): Strategy => ({
  name: 'random',
  indicators: () => [],
  propose: view => {
    const dice = faults.throwOf(`${accountId}/${view.symbol}/${view.at}`)
    const strikes = (kind: FaultKind) => faults.strikes(kind, accountId)
    if (strikes('strategy_throws')) throw new Error('the strategy has failed')
    if (strikes('strategy_nonsense')) return nonsense(view, dice)
    if (strikes('strategy_flips')) {
      const action = view.position?.direction === 'long' ? 'sell' : 'buy'
      return { ...entry(view, dice, action), score: action === 'buy' ? 1 : -1 }
    }
    if (strikes('strategy_wants_all')) {
      return { ...entry(view, dice, dice.chance(0.5) ? 'buy' : 'sell'), allocation: null, leverage: 1_000 }
    }
    return sensible(view, dice)
  },
})
