/** What an inspector is shown: bounded, without secrets, and the truth at the end even when it cannot follow. */
import { EventEmitter } from 'node:events'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import type { TapMessage } from '../../actors/tap.ts'
import { INSPECTOR_BOUNDS, serveInspector } from '../../http/inspector/client.ts'
import { inspectionText } from '../../http/inspector/message.ts'
import { Outbox } from '../../http/inspector/outbox.ts'
import { sanitised } from '../../http/inspector/sanitise.ts'
import { handTimers } from './ws/socket.ts'

const CANARY = 'canary-7f3a'

describe('what is shown', () => {
  test.each([
    { apiKey: CANARY },
    { model: { api_key: CANARY } },
    { headers: [{ authorization: CANARY }] },
    { databaseUrl: CANARY },
    { text: `postgres://latch:${CANARY}@db/latch` },
    { text: `latch_${CANARY.repeat(4)}` },
    { text: `Bearer ${CANARY}xx` },
    { error: new Error(`401 for ${CANARY}`) },
  ])('%j has no secret in it', given => {
    expect(JSON.stringify(sanitised(given))).not.toContain(CANARY)
  })

  test('what is no secret is as it was', () => {
    const context = {
      book: { quantity: '0.022', direction: null },
      timing: { until: 5, at: 3 },
      slots: [1, true],
    }
    expect(sanitised(context)).toEqual(context)
  })

  test('it is JSON of bounded size, whatever is given', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 12, withBigInt: true }), given => {
        expect(JSON.stringify(sanitised(given)).length).toBeLessThan(4_000_000)
      }),
      { numRuns: 1_000 },
    )
    const round: { self?: unknown } = {}
    round.self = round
    expect(JSON.stringify(sanitised(round)).length).toBeLessThan(200)
    expect(
      JSON.stringify(sanitised({ text: 'x'.repeat(1e6), list: Array(1e5).fill('y') })).length,
    ).toBeLessThan(1_000)
  })

  test('the definition has names for functions and no context', () => {
    const message: TapMessage = {
      kind: 'actor',
      accountId: 'main',
      rootId: 'x:0',
      sessionId: 'x:0',
      parentId: null,
      name: 'main',
      machine: {
        id: 'account',
        context: { apiKey: CANARY },
        states: { idle: { always: { guard: () => true } } },
      },
      snapshot: undefined,
    }
    const told = JSON.parse(inspectionText(message, 5)) as { definition: string }
    expect(JSON.parse(told.definition)).toEqual({
      id: 'account',
      states: { idle: { always: { guard: { type: 'inline' } } } },
    })
  })
})

const step = (sessionId: string, count: number): TapMessage => ({
  kind: 'snapshot',
  accountId: 'main',
  rootId: 'x:0',
  sessionId,
  event: { type: 'candle.closed' },
  snapshot: count,
})

describe('the box of an inspector', () => {
  test('never holds more than its bound, and ends with the newest state of every actor', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 3 }),
        (sessions, bound, taken) => {
          const box = new Outbox(bound)
          const newest = new Map<string, number>()
          const seen = new Map<string, number>()
          const read = (most: number) => {
            for (const each of box.take(most))
              if (each.kind === 'snapshot') seen.set(each.sessionId, each.snapshot as number)
          }
          sessions.forEach((session, count) => {
            newest.set(`x:${session}`, count)
            box.add(step(`x:${session}`, count))
            expect(box.size).toBeLessThanOrEqual(bound + 6)
            if (count % 7 === 0) read(taken)
          })
          read(1_000)
          expect(seen).toEqual(newest)
          expect(box.size).toBe(0)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

test('an inspector is sent away when its token is revoked, within a minute', () => {
  const { timers, advance, waiting } = handTimers()
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    closed: [] as number[],
    ping: () => void socket.emit('pong'),
    send: () => {},
    terminate: () => {},
    close: (code: number) => {
      socket.closed.push(code)
      socket.emit('close')
    },
  })
  let holds = true
  serveInspector({
    ws: socket as unknown as WebSocket,
    inspector: { tap: () => () => {} },
    bounds: INSPECTOR_BOUNDS,
    timers,
    now: () => 0,
    wants: () => true,
    mayStay: () => holds,
    stopping: undefined,
    onEnd: () => {},
  })
  advance(120_000)
  expect(socket.closed).toEqual([])
  holds = false
  advance(60_000)
  expect(socket.closed).toEqual([4401])
  expect(waiting()).toBe(0)
})
