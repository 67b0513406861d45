/**
 * Faults 28 to 33 over a real connection: server, client, decision, machine, paper venue. Whatever the endpoint does, the
 * stop stays where it is, the next cycle is a normal one, and what was used is booked.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dec } from '../../../domain/units.ts'
import { type ModelServer, startModelServer } from '../../model-server.ts'
import { CALL_USD, lineOf, playBadCycle } from './given-endpoint.ts'
import { OF_ENDPOINTS } from './misbehaviours-of-endpoints.ts'
import { OF_MODELS } from './misbehaviours-of-models.ts'

const MISBEHAVIOURS = [...OF_ENDPOINTS, ...OF_MODELS]

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
  // Loads the client library, which short deadlines would feel.
  await import('openai')
})
afterAll(() => server.close())

/** 20 % of 10 000, and room for what the mark moved since. */
const NOTIONAL_MAX = 2_000 * 1.02

test('the table is as long as it is said to be, and no name stands twice', () => {
  expect(MISBEHAVIOURS.length).toBeGreaterThanOrEqual(60)
  expect(new Set(MISBEHAVIOURS.map(each => each.name)).size).toBe(MISBEHAVIOURS.length)
})

describe('an endpoint that', () => {
  test.each(MISBEHAVIOURS)('$name', async given => {
    const run = await playBadCycle(server, given.does, given.settings ?? {})
    expect(run.errors).toEqual([])
    expect(run.calls.map(lineOf)).toEqual(given.calls)

    expect(run.bad.map(each => each.symbol)).toEqual(['BTC', 'ETH'])
    const [btc, eth] = run.bad
    expect(btc?.outcome).toBe('held')
    expect(btc?.code).toBe(given.held)
    if (given.entry === undefined) expect([eth?.outcome, eth?.code]).toEqual(['held', given.held])
    else if (given.entry === 'approved') expect([eth?.outcome, eth?.code]).toEqual(['approved', null])
    else expect([eth?.outcome, eth?.code]).toEqual(['refused', given.entry])
    for (const each of given.held === null ? [] : run.bad)
      expect(each.proposal.rationale).toContain(given.held)

    expect(run.stops.before.length, 'a stop and a target stand').toBeGreaterThan(0)
    expect(run.stops.after, 'stops are untouched').toEqual(run.stops.before)
    expect(run.moved).toEqual([])
    for (const fact of run.facts) {
      if (fact.type !== 'intent.recorded') continue
      const worth = dec(fact.request.quantity).times(eth?.price ?? 0)
      expect(worth.toNumber(), 'notional').toBeLessThanOrEqual(NOTIONAL_MAX)
    }

    expect(run.booked).toBeCloseTo((given.priced ?? 0) * CALL_USD, 10)
    expect(run.booked).toBeCloseTo(run.told, 10)

    const next = run.next.map(each => each.code)
    expect(next).toEqual(next.map(() => given.next ?? null))
    if (given.next === undefined && given.entry !== 'approved') {
      expect(run.next.map(each => each.proposal.rationale)).toEqual(['over the wire', 'over the wire'])
    }
  })
})
