/** What each fault that comes by itself does to a run. */
import { INTERVAL_MS } from '../../domain/interval.ts'
import type { Dice } from './dice.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { Mishap } from './mishaps.ts'
import type { Simulation } from './simulation.ts'
import type { UserFault } from './user.ts'

const USER_FAULTS: readonly UserFault[] = [
  'user_cancels_stop',
  'user_cancels_all',
  'user_closes',
  'user_reduces',
  'user_opens',
  'user_adds',
  'user_flips',
  'user_sets_leverage',
]

const OUTAGE_MS = [2_000, 10_000, 60_000, 600_000]

export const mishapsOf = (run: Simulation): Partial<Record<FaultKind, Mishap>> => {
  const diceOf = (id: string): Dice => run.faults.dice(`${id}/mishaps`)
  const outage = (id: string) => {
    const found = run.outages.get(id)
    if (found === undefined) throw new Error(`Invariant: ${id} has no outages`)
    return found
  }
  const until = (ms: number) => run.timeline.now() + ms
  const isRunning = () => run.computer.process !== null && !run.computer.isAsleep
  const byHand = Object.fromEntries(
    USER_FAULTS.map(kind => [kind, (id: string) => (run.users.get(id)?.act(kind) === true ? 0 : null)]),
  ) as Partial<Record<FaultKind, Mishap>>
  return {
    ...byHand,
    venue_down: id => {
      const ms = diceOf(id).pick(OUTAGE_MS)
      outage(id).downUntil = until(ms)
      return ms
    },
    rate_limited: id => {
      const ms = diceOf(id).pick(OUTAGE_MS)
      outage(id).limitedUntil = until(ms)
      return ms
    },
    key_read_only: id => {
      const ms = diceOf(id).pick(OUTAGE_MS)
      outage(id).readOnlyUntil = until(ms)
      return ms
    },
    stream_interrupted: id => {
      const ms = diceOf(id).pick([1_000, 20_000, 300_000])
      const connection = run.computer.process?.connections.get(id)
      if (connection === undefined) return null
      connection.stream.interrupt(ms, () => run.computer.process?.resync(id))
      return ms
    },
    price_gap: () => {
      const dice = diceOf('*')
      const index = dice.between(0, run.plan.symbols.length - 1)
      run.feed.jump(index, dice.pick([0.7, 0.9, 0.97, 1.03, 1.1, 1.4]))
      return 0
    },
    store_slow: () => {
      const ms = diceOf('*').pick([10_000, 120_000])
      run.disk.slow(ms)
      return ms
    },
    store_down: () => {
      const ms = diceOf('*').pick([5_000, 60_000, 600_000])
      run.disk.fail(ms)
      return ms
    },
    killed: () => {
      if (run.computer.process === null) return null
      run.computer.kill()
      return 0
    },
    killed_twice: () => {
      if (run.computer.process === null) return null
      run.computer.killsToCome = diceOf('*').between(1, 2)
      run.computer.kill()
      return 0
    },
    suspended: () => {
      if (!isRunning()) return null
      const { process } = run.computer
      const ms = diceOf('*').pick([60_000, INTERVAL_MS['1h'], 8 * INTERVAL_MS['1h']])
      run.computer.sleep()
      run.timeline.at(until(ms), () => {
        if (run.computer.process === process && run.computer.isAsleep) run.computer.wake()
      })
      return ms
    },
    actor_crash: id => {
      if (!isRunning() || run.computer.process === null) return null
      const end = run.computer.process.system.desk.onTransition(accountId => {
        if (accountId !== id) return
        end()
        throw new Error('planted')
      })
      return 2_000
    },
    command_pause: id => command(run, id, 'account.pause', diceOf(id).between(60_000, 7_200_000)),
    command_halt: id => command(run, id, 'account.halt', diceOf(id).between(60_000, 7_200_000)),
    command_flatten: id => {
      const { process } = run.computer
      if (process === null || !isRunning()) return null
      const at = run.timeline.now()
      run.auditor.flattenAsked(id)
      process.tell(id, { type: 'account.flatten', reason: 'close_command', at })
      return 0
    },
  }
}

const command = (
  run: Simulation,
  id: string,
  type: 'account.pause' | 'account.halt',
  ms: number,
): number | null => {
  if (run.computer.process === null || run.computer.isAsleep) return null
  const at = run.timeline.now()
  const end = at + ms
  if (type === 'account.pause') {
    run.computer.tell(id, { type, at })
    run.timeline.at(end, () => run.computer.tell(id, { type: 'account.resume', at: end }))
  } else {
    run.computer.tell(id, { type, reason: 'by_hand', at })
    run.timeline.at(end, () => run.computer.tell(id, { type: 'account.rearm', at: end }))
  }
  return 0
}
