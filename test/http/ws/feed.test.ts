/** Many selections share one round: none that is slow to serve keeps the others from their turn. */
import { expect, test } from 'vitest'
import type { EngineEvent } from '../../../actors/engine-view.ts'
import type { Reader } from '../../../http/ws/channel.ts'
import { WS_BOUNDS } from '../../../http/ws/bounds.ts'
import { Feed, type FeedOptions } from '../../../http/ws/feed.ts'
import type { Selection } from '../../../http/ws/selection.ts'

const CLIENTS = 20
const ROUNDS = 60

const busyFor = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

const step = (seq: number): EngineEvent => ({
  kind: 'transition',
  seq,
  at: 0,
  accountId: 'x',
  actor: 'x',
  transition: { from: 'a', to: 'b', event: 'e', at: 0 },
})

test('a selection that takes a whole round each time leaves the next round to the others', () => {
  const due: (() => void)[] = []
  let tell: (event: EngineEvent) => void = () => {}
  const feed = new Feed({
    engine: { status: () => ({ now: 0 }), settings: { accounts: [] }, onMarks: () => () => {}, insight: {} },
    operations: { alerts: () => [], onNews: () => () => {} },
    hub: {
      watch: (listener: typeof tell) => {
        tell = listener
        return () => {}
      },
    },
    bounds: WS_BOUNDS,
    timers: { every: () => () => {}, after: (_: number, call: () => void) => void due.push(call) },
    now: () => 1,
    onError: () => {},
  } as unknown as FeedOptions)
  const served = { busy: 0, other: 0 }
  const join = (accounts: Selection['accounts'], name: keyof typeof served, ms: number) => {
    const channel = feed.open({ stream: 'actors', accounts, assets: null, types: null })
    const reader: Reader = {
      cursor: channel.latest,
      isReady: () => true,
      write() {
        served[name] += 1
        busyFor(ms)
      },
      fall: () => expect.fail('nobody falls behind'),
    }
    channel.join(reader)
  }
  for (let client = 0; client < CLIENTS; client += 1) join('*', 'busy', 2)
  join(['x'], 'other', 0)
  for (let round = 0; round < ROUNDS; round += 1) {
    tell(step(round))
    for (const call of due.splice(0)) call()
  }
  expect(served.busy).toBeGreaterThan(ROUNDS)
  expect(served.other).toBeGreaterThan(ROUNDS / 3)
})
