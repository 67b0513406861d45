/**
 * What a model is told before it decides: one JSON document, a pure function of what is known at that moment. The same
 * state is the same text, so that its hash names the question, and a recorded answer can be found again.
 */
import type { Interval } from '../interval.ts'
import {
  type AccountStanding,
  accountFields,
  type HeldPosition,
  orderFields,
  positionFields,
  type WorkingOrder,
} from './account-block.ts'
import { type Fitted, fit, type Item, type Part, type Reduction } from './bounded.ts'
import { jsonText, type Plain } from './context-json.ts'
import {
  type ContextPerformance,
  decisionFields,
  fillFields,
  type PastDecision,
  type PastFill,
  type PastTrade,
  performanceFields,
  tradeFields,
} from './history-block.ts'
import { type AssetMarket, marketBlock } from './market-block.ts'
import { type AssetActions, type RulesInForce, ruleLines } from './rules-block.ts'

/** Changes with every change of the text of an unchanged state: answers to another version answer another question. */
export const CONTEXT_VERSION = 1

export type ContextInput = {
  /** Close of the candle that is decided on. */
  at: number
  interval: Interval
  /** Assets to decide on, with the actions that are legal for each now. */
  due: readonly AssetActions[]
  account: AccountStanding
  /** Every open position of the account, due or not. */
  positions: readonly HeldPosition[]
  /** `null`: the venue did not say. */
  orders: readonly WorkingOrder[] | null
  markets: readonly AssetMarket[]
  /** Of this account only; oldest first. */
  decisions: readonly PastDecision[]
  fills: readonly PastFill[]
  trades: readonly PastTrade[]
  performance: ContextPerformance
  rules: RulesInForce
}

const byName = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** The inside of an object's braces. */
const inside = (fields: { readonly [key: string]: Plain }): string => jsonText(fields).slice(1, -1)

const items = (rows: readonly { readonly [key: string]: Plain }[]): Item[] =>
  rows.map((row, index) => ({ name: `${index}`, fields: inside(row), extras: [] }))

const marketItems = (input: ContextInput): Item[] =>
  input.markets
    .toSorted((one, other) => byName(one.symbol, other.symbol))
    .map(marketBlock)
    .map(({ symbol, core, series }) => ({
      name: symbol,
      fields: inside(core),
      extras: series.map(([key, fields]) => ({ key, text: jsonText(fields) })),
    }))

const partsOf = (input: ContextInput): Part[] => {
  const { at, account, orders } = input
  const due = input.due.toSorted((one, other) => byName(one.symbol, other.symbol))
  const positions = input.positions.toSorted((one, other) => byName(one.symbol, other.symbol))
  const working = orders?.toSorted(
    (one, other) => byName(one.symbol, other.symbol) || byName(one.clientOrderId, other.clientOrderId),
  )
  return [
    { key: 'context_version', text: jsonText(CONTEXT_VERSION) },
    { key: 'time', text: jsonText(new Date(at).toISOString()) },
    { key: 'decision_interval', text: jsonText(input.interval) },
    { key: 'decide', items: items(due.map(({ symbol, actions }) => ({ asset: symbol, actions }))) },
    { key: 'rules', items: items(ruleLines(input.rules)) },
    { key: 'account', text: jsonText(accountFields(account)) },
    { key: 'positions', items: items(positions.map(held => positionFields(held, at))) },
    working === undefined
      ? { key: 'working_orders', text: 'null' }
      : { key: 'working_orders', items: items(working.map(orderFields)) },
    { key: 'market', items: marketItems(input) },
    { key: 'performance', text: jsonText(performanceFields(input.performance)) },
    { key: 'recent_decisions', items: items(input.decisions.map(decisionFields)) },
    { key: 'recent_trades', items: items(input.trades.map(tradeFields)) },
    { key: 'recent_fills', items: items(input.fills.map(fillFields)) },
  ]
}

/** History goes first, then the series of assets that are not held, then those of assets that are. */
const planOf = (input: ContextInput, parts: readonly Part[]): Reduction[] => {
  const plan: Reduction[] = []
  const oldest = (key: string, count: number): void => {
    for (let left = count; left > 0; left -= 1) plan.push({ kind: 'oldest', key })
  }
  oldest('recent_fills', input.fills.length)
  oldest('recent_trades', input.trades.length)
  oldest('recent_decisions', input.decisions.length)
  plan.push({ kind: 'part', key: 'performance' })
  const held = new Set(input.positions.map(each => each.symbol))
  const market = parts.find(part => part.key === 'market')
  const assets = market !== undefined && 'items' in market ? market.items : []
  for (const isHeld of [false, true]) {
    const group = assets.filter(each => held.has(each.name) === isHeld)
    for (const index of group[0]?.extras.keys() ?? []) {
      for (const { name, extras } of group.toReversed()) {
        plan.push({ kind: 'extra', key: 'market', item: name, extra: extras[index]?.key ?? '' })
      }
    }
  }
  return plan
}

/** `charactersMax` counts UTF-16 units. Where even the least does not fit, `fits` is false: ask nothing then. */
export const buildContext = (input: ContextInput, charactersMax: number): Fitted => {
  const parts = partsOf(input)
  return fit(parts, planOf(input, parts), charactersMax)
}
