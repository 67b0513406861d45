/** What must hold after any kill: waits until engine and venue agree and rest, then judges all that happened. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { parseClientOrderId } from '../../domain/client-order-id.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Audit } from './audit.ts'
import type { Status } from './engine-process.ts'
import type { EngineProcess, VenueProcess } from './pair.ts'

/** The engine's own limit of two seconds, and one for the exit that follows it. */
const NAKED_MS_MAX = 3_000
const AT_REST = ['idle', 'protected', 'cooldown']

/** Why engine and venue are not at one and at rest; empty when they are. */
const disagreement = (status: Status, audit: Audit): string[] => {
  const found: string[] = []
  if (!AT_REST.includes(status.state ?? '')) found.push(`the account is ${status.state}`)
  if (status.inFlight > 0) found.push(`${status.inFlight} services are under way`)
  for (const each of status.positions) {
    if (!AT_REST.includes(each.state)) found.push(`${each.symbol} is ${each.state}`)
    const theirs = audit.positions.find(position => position.symbol === each.symbol)
    const ours = `${each.direction ?? 'flat'} ${each.quantity} at ${each.entryPrice}`
    const venues = `${theirs?.direction ?? 'flat'} ${theirs?.quantity ?? '0'} at ${theirs?.entryPrice ?? null}`
    if (ours !== venues) found.push(`${each.symbol}: our book has ${ours}, the venue ${venues}`)
  }
  const open = new Set(audit.positions.map(({ symbol }) => symbol))
  for (const { symbol, clientOrderId } of audit.openOrders)
    if (!open.has(symbol)) found.push(`${clientOrderId} is left at the venue, its position is gone`)
  if (audit.nakedNow.length > 0) found.push(`naked: ${audit.nakedNow.join(', ')}`)
  if (Math.abs(status.wallet - Number(audit.account.balance)) > 1e-6)
    found.push(`our balance is ${status.wallet}, the venue's ${audit.account.balance}`)
  return found
}

/** Waits until engine and venue agree: flat or protected, at rest, same books. Throws what keeps them apart. */
export const converged = async (
  venue: VenueProcess,
  engine: EngineProcess,
  accountId: string,
  withinMs = 15_000,
): Promise<void> => {
  const until = performance.now() + withinMs
  for (;;) {
    const apart = disagreement(await engine.status(), await venue.audit(accountId))
    if (apart.length === 0) return
    if (performance.now() > until) throw new Error(`Not at one after ${withinMs} ms: ${apart.join('; ')}`)
    await sleep(50)
  }
}

/** Resolves when `holds` does. */
export const until = async (
  what: string,
  holds: () => Promise<boolean>,
  withinMs = 15_000,
): Promise<void> => {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited ${withinMs} ms in vain: ${what}`)
    await sleep(50)
  }
}

const times = (ids: string[]): string[] =>
  [...Map.groupBy(ids, id => id)].filter(([, same]) => same.length > 1).map(([id]) => id)

const ofType = <Type extends Fact['type']>(facts: Fact[], type: Type) =>
  facts.filter((fact): fact is Extract<Fact, { type: Type }> => fact.type === type)

const idsBooked = (facts: Fact[]) => ofType(facts, 'fill.booked').map(({ fill }) => fill.tradeId)

/** Orders without a durable intent are allowed to exits, stops and targets while the store is unusable. */
type Terms = { storeFailed?: boolean }

/** Judges the venue's record against the durable journal; call it when the two have converged. */
export const judge = (facts: Fact[], audit: Audit, terms: Terms = {}): void => {
  const accepted = audit.asked.filter(({ answer }) => answer === 'accepted').map(({ request }) => request)
  expect(times(accepted.map(({ clientOrderId }) => clientOrderId)), 'one order per client order id').toEqual(
    [],
  )

  const intents = ofType(facts, 'intent.recorded')
  expect(times(intents.map(({ request }) => request.clientOrderId)), 'one intent per id').toEqual([])
  const recorded = new Map(intents.map(({ request }) => [request.clientOrderId, request]))
  for (const request of accepted) {
    const isExcused = terms.storeFailed === true && request.reduceOnly
    if (!recorded.has(request.clientOrderId) && isExcused) continue
    expect(request, 'what was sent is what was durable').toEqual(recorded.get(request.clientOrderId))
  }

  const entries = accepted.filter(({ clientOrderId }) => parseClientOrderId(clientOrderId)?.leg === 'entry')
  const lives = entries.map(({ clientOrderId }) => parseClientOrderId(clientOrderId)?.positionId ?? '')
  expect(times(lives), 'one entry per position').toEqual([])
  const decided = intents.filter(({ leg }) => leg === 'entry').map(({ decisionId }) => decisionId ?? '')
  expect(times(decided), 'one entry per decision').toEqual([])

  const numbers = facts.map(({ seq }) => seq).toSorted((a, b) => a - b)
  expect(numbers, 'the journal has no gap').toEqual(facts.map((_, index) => index + 1))
  expect(times(idsBooked(facts)), 'no fill is booked twice').toEqual([])
  expect(ofType(facts, 'reconcile.differed'), 'nothing had to be made up').toEqual([])
  expect(ofType(facts, 'deposit.booked'), 'no money came from nowhere').toEqual([])
  expect(ofType(facts, 'account.failed'), 'no account failed').toEqual([])
  expect(audit.nakedMsLongest, 'longest time naked').toBeLessThan(NAKED_MS_MAX)
}

/** Judges how things stand: the venue is asked first, since what it was sent must have been durable before. */
export const judgeNow = async (
  venue: VenueProcess,
  engine: EngineProcess,
  accountId: string,
): Promise<void> => {
  const audit = await venue.audit(accountId)
  judge(await engine.facts(), audit)
}

/**
 * Every fill that the venue had is in the journal, as it was. The market goes on: a fill of the moment of the audit may be
 * on its way to the engine, or to the disk, and is waited for.
 */
export const judgeFills = async (engine: EngineProcess, audit: Audit): Promise<void> => {
  expect(audit.fills.length).toBeGreaterThan(0)
  const ids = audit.fills.map(({ tradeId }) => tradeId)
  await until('every fill in the journal', async () => {
    const durable = new Set(idsBooked(await engine.facts()))
    return ids.every(id => durable.has(id))
  })
  const booked = new Map(ofType(await engine.facts(), 'fill.booked').map(({ fill }) => [fill.tradeId, fill]))
  for (const fill of audit.fills) expect(booked.get(fill.tradeId), 'booked as filled').toEqual(fill)
}
