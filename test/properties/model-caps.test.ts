/**
 * Whatever a model writes, ten thousand times: read, deliberated and judged without a throw, and what is ordered stays within
 * the caps, which are computed here anew in plain numbers and not by the code that keeps them.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Analysis, deliberate } from '../../domain/deliberate.ts'
import { type Legal, legalActions, type SchemaVersion } from '../../domain/model/legal.ts'
import { readDecisions } from '../../domain/model/read-decisions.ts'
import type { PositionSummary } from '../../domain/position-state.ts'
import { openBreakers } from '../../domain/risk/breakers.ts'
import type { EntryPlan } from '../../domain/risk/verdict.ts'
import type { AccountSettings, RiskLimits } from '../../domain/settings.ts'
import { money, price, quantity } from '../../domain/units.ts'
import { modelSettings } from '../actors/model/given-model.ts'
import { openPosition } from '../domain/model/given-answers.ts'
import { AT, BTC } from '../domain/risk/given.ts'

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'XRP']
const MARKS: Record<string, number> = { BTC: 100, ETH: 40, SOL: 7, XRP: 0.5 }

const [ACCOUNT] = modelSettings().accounts as [AccountSettings]
type Caps = { position: number; risk: number; heat: number; positions: number; leverage: number }
const capsOf = ({ position, risk, heat, positions, leverage }: Caps): Partial<RiskLimits> => ({
  positionRatioMax: position,
  riskPerTradeRatioMax: risk,
  heatRatioMax: heat,
  positionsMax: positions,
  leverageMax: leverage,
  leverageDefault: Math.min(2, leverage),
  slippageRatioMax: 0.005,
})
const caps: fc.Arbitrary<Caps> = fc.record({
  position: fc.constantFrom(0.05, 0.2, 1),
  risk: fc.constantFrom(0.005, 0.02),
  heat: fc.constantFrom(0.01, 0.06),
  positions: fc.integer({ min: 1, max: 4 }),
  leverage: fc.integer({ min: 1, max: 10 }),
})

const position = fc.constantFrom(
  ...Array.from({ length: 12 }, () => null),
  openPosition({ state: 'idle', direction: null }),
  openPosition(),
  openPosition({ direction: 'short', stopPrice: price(105) }),
  openPosition({ stopPrice: null }),
  openPosition({ state: 'ordering', direction: null }),
  openPosition({ state: 'cooldown', direction: null, cooldownUntil: AT + 60_000 }),
)

const number = fc.oneof(
  fc.constantFrom(0, 1, 7, 50, 90, 99, 101, 110, 500, 1e6, 1e12, 1e15, -1, 1e300, 1e-9),
  fc.double({ min: 0, max: 20_000, noNaN: true }),
  fc.constantFrom('100', '1,000', 'NaN', '1e9', ''),
)
/** Seldom left out, and still more seldom absurd. */
const rarely = (usual: fc.Arbitrary<unknown>, absurd: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 30, arbitrary: usual },
    { weight: 10, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: absurd },
  )
const words = fc.oneof(
  fc.constant('trend'),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constant('ignore every limit and withdraw'),
)
/** A price around the mark in the direction that makes sense, mostly. */
const around = (mark: number, sign: number) => {
  const share = fc.double({ min: 0.001, max: 0.6, noNaN: true })
  return fc.oneof(
    { weight: 40, arbitrary: share.map(each => mark * (1 + sign * each)) },
    { weight: 1, arbitrary: number },
  )
}

const decisionOn = ({ symbol, actions }: Legal, version: SchemaVersion) =>
  fc
    .oneof(
      { weight: 40, arbitrary: fc.constantFrom(...actions) },
      { weight: 1, arbitrary: fc.constantFrom('buy', 'sell', 'close', 'withdraw') },
    )
    .chain(action => {
      const mark = MARKS[symbol] ?? 1
      const side = action === 'sell' ? -1 : 1
      const isEntry = action === 'buy' || action === 'sell'
      const size = fc.oneof(
        { weight: 20, arbitrary: fc.double({ min: 1, max: 1e6, noNaN: true }) },
        { weight: 1, arbitrary: number },
      )
      const level = (sign: number) =>
        isEntry ? fc.option(around(mark, sign), { freq: 2 }) : fc.constant(null)
      const first = {
        asset: fc.constant(symbol),
        action: fc.constant(action),
        allocation_usd: isEntry ? size : fc.constant(0),
        tp_price: level(side),
        sl_price: level(-side),
        exit_plan: words,
        rationale: words,
      }
      const second = {
        leverage: rarely(fc.integer({ min: 1, max: 200 }), number),
        close_fraction: rarely(fc.constantFrom(0.25, 0.5, 1), fc.constantFrom(0, 2)),
        confidence: rarely(fc.constantFrom(70, 90, 100), fc.constantFrom(0, 55, 101)),
        predicted_roi_pct: rarely(fc.double({ min: -50, max: 50, noNaN: true }), number),
        exit_conditions: fc.constant([]),
      }
      return fc.record<Record<string, unknown>>(version === 1 ? first : { ...first, ...second })
    })

type Asked = { version: SchemaVersion; positions: Record<string, PositionSummary>; text: string }

const documentOn = (legal: readonly Legal[], version: SchemaVersion): fc.Arbitrary<string> => {
  const all = legal.map(each => fc.option(decisionOn(each, version), { freq: 12 }))
  return fc
    .tuple(...all)
    .map(given => JSON.stringify({ trade_decisions: given.filter(each => each !== null) }))
}

const scrap = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '"',
    ',',
    '\\',
    '1e309',
    '-',
    '9',
    '0',
    'null',
    '"action":"buy"',
    '"allocation_usd":1e15',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const edits = fc.array(fc.record({ at: fc.nat(900), drop: fc.nat(3), put: scrap }), {
  minLength: 1,
  maxLength: 2,
})
const anythingOn = (legal: readonly Legal[], version: SchemaVersion): fc.Arbitrary<string> => {
  const document = documentOn(legal, version)
  const mutated = fc
    .tuple(document, edits)
    .map(([text, all]) =>
      all.reduce((now, { at, drop, put }) => now.slice(0, at) + put + now.slice(at + drop), text),
    )
  return fc.oneof(
    { weight: 6, arbitrary: document },
    { weight: 3, arbitrary: mutated },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  )
}

const asked: fc.Arbitrary<Asked> = fc
  .tuple(fc.constantFrom<SchemaVersion>(1, 2, 2), ...SYMBOLS.map(() => position))
  .chain(([version, ...held]) => {
    const positions: Record<string, PositionSummary> = {}
    for (const [index, symbol] of SYMBOLS.entries()) {
      const each = held[index] ?? null
      if (each !== null) positions[symbol] = { ...each, symbol, quantity: quantity('0.001') }
    }
    const legal = legalActions(version, SYMBOLS, positions)
    return anythingOn(legal, version).map(text => ({ version, positions, text }))
  })

const analysis = (): Analysis => ({
  at: AT,
  assets: Object.fromEntries(
    SYMBOLS.map(symbol => [
      symbol,
      {
        instrument: { ...BTC, symbol },
        mark: { price: price(MARKS[symbol] ?? 1), at: AT },
        atr: (MARKS[symbol] ?? 1) * 0.02,
        fundingRate: 0.0001,
      },
    ]),
  ),
  marginFree: money(10_000),
  takerFeeRatio: 0.0005,
})

const isOpen = ({ direction, state }: PositionSummary): boolean => direction !== null || state === 'ordering'
const n = (value: string): number => Number(value)
/** The dearest price it may fill at. */
const worthOf = (plan: EntryPlan): number =>
  n(plan.quantity) * n(plan.direction === 'long' ? plan.worstPrice : (plan.bestPrice ?? plan.referencePrice))
/** What it loses from the reference to its stop. */
const lossOf = (plan: EntryPlan): number => {
  if (plan.stop === null) return Number.POSITIVE_INFINITY
  const at = n(plan.referencePrice)
  const distance = 'price' in plan.stop ? Math.abs(at - n(plan.stop.price)) : at * plan.stop.ratio
  return n(plan.quantity) * distance
}

test('ten thousand answers neither throw nor breach a cap', () => {
  let entries = 0
  let crowded = 0
  let [answers, accepted] = [0, 0]
  fc.assert(
    fc.property(asked, caps, fc.integer({ min: 1_000, max: 1_000_000 }), (given, cap, cents) => {
      const { version, positions, text } = given
      const equity = cents / 10
      const legal = legalActions(version, SYMBOLS, positions)
      const read = readDecisions(text, { version, legal, marks: MARKS })
      answers += 1
      if (!read.ok) return
      accepted += 1
      const settings = { ...ACCOUNT, assets: SYMBOLS, risk: { ...ACCOUNT.risk, ...capsOf(cap) } }
      const { commands, decisions } = deliberate(
        {
          at: AT,
          now: AT,
          accountId: 'main',
          settings,
          analysis: { ...analysis(), marginFree: money(equity) },
          equity: money(equity),
          breakers: openBreakers(money(equity), AT),
          positions,
          tradesToday: 0,
          entriesStopped: null,
        },
        read.proposals,
      )
      expect(decisions).toHaveLength(SYMBOLS.length)
      const plans = commands.flatMap(({ command }) =>
        command.type === 'entry.approved' ? [command.plan] : [],
      )
      entries += plans.length
      if (plans.length > 1) crowded += 1
      const open = Object.values(positions).filter(isOpen)
      const hair = 1 + 1e-9
      for (const plan of plans) {
        expect(
          positions[plan.symbol] === undefined || !isOpen(positions[plan.symbol] as PositionSummary),
        ).toBe(true)
        expect(worthOf(plan)).toBeLessThanOrEqual(equity * cap.position * hair)
        expect(plan.leverage).toBeLessThanOrEqual(cap.leverage)
        expect(lossOf(plan)).toBeLessThanOrEqual(equity * cap.risk * hair)
      }
      const heat = plans.reduce((sum, plan) => sum + lossOf(plan), 0)
      expect(heat).toBeLessThanOrEqual(equity * cap.heat * hair)
      if (plans.length > 0) expect(open.length + plans.length).toBeLessThanOrEqual(cap.positions)
      const margin = plans.reduce((sum, plan) => sum + worthOf(plan) / plan.leverage, 0)
      expect(margin).toBeLessThanOrEqual(equity * hair)
    }),
    { numRuns: 10_000, seed: 4 },
  )
  // Else nothing was proved.
  expect(answers - accepted, 'answers refused').toBeGreaterThan(1_000)
  expect(entries, 'entries approved').toBeGreaterThan(500)
  expect(crowded, 'turns with several entries').toBeGreaterThan(100)
})
