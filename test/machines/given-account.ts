/** An account on a stage: what its market looks like, what its strategy wants, and the words to lead it. */
import type { Analysis } from '../../domain/deliberate.ts'
import type { Fill } from '../../domain/order.ts'
import type { VenuePosition } from '../../domain/ports.ts'
import type { AccountSettings, RiskLimits, StrategySettings } from '../../domain/settings.ts'
import type { Proposal } from '../../domain/strategy.ts'
import { money, price, quantity } from '../../domain/units.ts'
import type { AccountContext } from '../../machines/account/context.ts'
import type { OrderServiceInput } from '../../machines/order/context.ts'
import { BTC, givenProposal, LIMITS, NO_CAPS } from '../domain/risk/given.ts'
import { strategySettings } from '../domain/strategy-settings.ts'
import { AT, type Prompt, Stage } from '../harness.ts'
import { Answers, fillOf, SLOT } from './given.ts'

export const RISK: RiskLimits = { ...LIMITS, ...NO_CAPS, priceAgeMsMax: 60_000, slippageRatioMax: 0.01 }

export const accountSettings = (risk: Partial<RiskLimits> = {}): AccountSettings => ({
  id: 'main',
  label: 'main',
  exchange: 'paper',
  deposit: money(1_000),
  assets: ['BTC', 'ETH'],
  interval: '5m',
  strategy: strategySettings({ confirmationMs: 0, confidenceMin: 0, targetRewardRatio: null }),
  model: null,
  shadowOf: null,
  risk: { ...RISK, ...risk },
  cooldownIntervals: 1,
  cooldownMsMin: 300_000,
  nakedMsMax: 5_000,
  reconcileMs: null,
  unknownOrders: 'leave',
  unknownPositions: 'close',
  retention: { llmDays: null, ordersDays: null },
})

export const analysisAt = (at: number, mark = 100): Analysis => ({
  at,
  assets: Object.fromEntries(
    ['BTC', 'ETH'].map(symbol => [
      symbol,
      {
        instrument: { ...BTC, symbol },
        mark: { price: price(mark), at },
        atr: 2,
        fundingRate: 0.0001,
      },
    ]),
  ),
  marginFree: money(1_000),
  takerFeeRatio: 0,
})

/** Buys one BTC or ETH at 100, stop 95, no target. */
export const buy = (symbol = 'BTC', change: Partial<Proposal> = {}): Proposal =>
  givenProposal({ symbol, allocation: money(100), stop: { price: price(95) }, ...change })

/** What the reconcile service answers: nothing known beyond what is said. */
export const truth = (change: Record<string, unknown> = {}) => ({
  reachable: true,
  positions: [],
  fills: [],
  orders: null,
  balance: null,
  marks: {},
  stops: {},
  asOf: AT,
  at: AT,
  ...change,
})

export class AccountStage extends Stage {
  readonly say = new Answers(this)

  constructor(risk: Partial<RiskLimits> = {}, prompt: Prompt = {}, strategy: Partial<StrategySettings> = {}) {
    const plain = accountSettings(risk)
    const settings = { ...plain, strategy: { ...plain.strategy, ...strategy } }
    super(
      'account',
      { settings, positions: Object.fromEntries(settings.assets.map(each => [each, SLOT])) },
      prompt,
    )
    const prompts: Prompt = {
      setLeverage: () => ({ ok: true, message: '', at: this.at }),
      readProtection: () => ({ confirmed: true, at: this.at }),
      ...prompt,
    }
    for (const [service, answer] of Object.entries(prompts)) this.prompt(service as 'decide', answer)
  }

  get account(): AccountContext {
    return this.accountContext()
  }

  command(type: string, more: Record<string, unknown> = {}): void {
    this.send({ type: `account.${type}`, ...more })
  }

  candle(symbols = ['BTC']): void {
    this.send({ type: 'candle.closed', symbols, quiet: false })
  }

  /** The venue's truth: what it holds, and the fills we may have missed. */
  reconcile(positions: Partial<VenuePosition>[] = [], fills: Fill[] = []): void {
    this.call('reconcileAccount').answer(truth({ positions, fills, asOf: this.at, at: this.at }))
  }

  analysed(): void {
    this.call('analyseMarket').answer({ ready: true, analysis: analysisAt(this.at), at: this.at })
  }

  decided(...proposals: Proposal[]): void {
    this.call('decide').answer({ proposals, at: this.at })
  }

  /** A whole cycle, from the candle to the orders. */
  cycle(...proposals: Proposal[]): void {
    this.candle(proposals.map(each => each.symbol))
    this.analysed()
    this.decided(...proposals)
  }

  /** The newest order of a leg fills: told first, answered then. */
  execute(symbol: string, leg: string, at: string | null = null): Fill {
    const request = this.sent(leg).findLast(each => each.symbol === symbol)
    if (request === undefined) throw new Error(`no ${leg} of ${symbol} was sent`)
    const fill = fillOf(request, { at: this.at, ...(at === null ? {} : { price: price(at) }) })
    this.send({ type: 'fill.received', fill, order: null }, `position:${symbol}`)
    for (const call of this.open('submitOrder')) {
      const { ids, request: asked } = call.input as OrderServiceInput
      if (ids.leg === leg && asked.symbol === symbol) this.say.filled(call)
    }
    return fill
  }

  /** A part of the newest entry fills, and the rest works on. */
  partFill(symbol: string, part: string): void {
    const request = this.sent('entry').findLast(each => each.symbol === symbol)
    if (request === undefined) throw new Error(`no entry of ${symbol} was sent`)
    const fill = { ...fillOf(request, { at: this.at }), quantity: quantity(part) }
    this.send({ type: 'fill.received', fill, order: null }, `position:${symbol}`)
  }

  /** Answers every order question about standing orders: accepted, cancelled. */
  serve(): void {
    for (let count = 0; count < 6; count += 1) {
      for (const call of this.open('submitOrder')) {
        if ((call.input as OrderServiceInput).request.type !== 'market') this.say.known(call)
      }
      for (const call of this.open('cancelOrder')) this.say.known(call, { status: 'cancelled' })
    }
  }

  /** Reconciled and at rest, holding nothing. */
  ready(): this {
    this.reconcile()
    return this
  }

  /** At rest with one protected BTC position of 1 at 100, stop 95. */
  holding(): this {
    this.ready()
    this.cycle(buy())
    this.execute('BTC', 'entry')
    this.serve()
    return this
  }

  /** The stop of a position fills. */
  stopOut(symbol = 'BTC'): void {
    this.execute(symbol, 'stop')
    this.serve()
  }

  mark(equity: number): void {
    this.send({ type: 'equity.marked', equity: money(equity) })
  }
}
