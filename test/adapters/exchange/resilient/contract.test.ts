import { ResilientExchange } from '../../../../adapters/exchange/resilient/exchange.ts'
import { quantity } from '../../../../domain/units.ts'
import { testExchangeContract } from '../../../contracts/exchange.ts'
import { Bench } from '../paper/bench.ts'

testExchangeContract('An exchange asked with patience', () => {
  const bench = new Bench({
    settings: { takerFeeRatio: 0.0005, makerFeeRatio: 0.0002, slippageRatio: 0.0005 },
  })
  bench.flat(100)
  return {
    exchange: new ResilientExchange(bench.exchange, { clock: { now: () => 0 } }),
    symbol: 'BTC',
    price: 100,
    quantity: quantity('1.5'),
    trade: to => bench.flat(to),
  }
})
