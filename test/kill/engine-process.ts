/**
 * An engine in a process of its own: real wiring, store, lock and journal, on the venue process. It dies where its fuse
 * says, ends on SIGTERM, and tells its parent how it stands when asked.
 *
 * Environment: ENGINE_ORIGIN, ENGINE_PORT, ENGINE_ACCOUNT, ENGINE_FOLDER, ENGINE_DATABASE (empty: PGlite), ENGINE_FUSE,
 * ENGINE_FULL (a file: while it exists the disk is full; while it says `hangs` no write ends).
 */
import { existsSync, readFileSync } from 'node:fs'
import { Control } from '../../actors/control.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import type { PaperVenuePort } from '../../actors/paper-venue-port.ts'
import { createSystem, type System } from '../../actors/system.ts'
import { WallClock } from '../../actors/wall-clock.ts'
import { WallDriver } from '../../actors/wall-driver.ts'
import { loadSettings } from '../../adapters/config/load.ts'
import { ResilientExchange } from '../../adapters/exchange/resilient/exchange.ts'
import { acquireLock } from '../../adapters/store/lock.ts'
import { openStore } from '../../adapters/store/open-store.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Batch, Exchange, Store } from '../../domain/ports.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import { Fuse, fusedExchange, fusedWrite, nameOf } from './fuse.ts'
import { candlesFrom, INTERVAL, marketClock, SPEED, SYMBOLS } from './market.ts'
import { RemoteExchange } from './remote-exchange.ts'

const env = (name: string): string => process.env[name] ?? ''
const accountId = env('ENGINE_ACCOUNT')

/** Naked for at most a minute of market time, which is two seconds of ours. */
const settingsOf = (): EngineSettings => {
  const account = {
    id: accountId,
    deposit: '10000',
    assets: SYMBOLS,
    interval: INTERVAL,
    strategy: { name: './strategy.ts', confirmation_s: 0 },
    risk: {
      trades_per_day_max: 'off',
      daily_loss_pct_max: 'off',
      drawdown_warn_pct: 'off',
      drawdown_trip_pct: 'off',
    },
    cooldown_intervals: 0,
    cooldown_s_min: 0,
    naked_s_max: 60,
  }
  const { settings } = loadSettings({
    file: null,
    env: { ACCOUNTS_JSON: JSON.stringify([account]) },
    flags: { api: false },
    cwd: import.meta.dirname,
  })
  return { ...settings, paper: { ...settings.paper, latencyMs: 0 } }
}

/** In real time, beside a market that runs thirty times as fast. */
const PATIENCE = { attemptMs: 1_500, totalMs: 1_800, waitMs: 30, waitMsMax: 150, openMs: 500 }

/** The market is the venue's; all that is ours is the connection. */
const remotely = (exchange: Exchange): PaperVenuePort => ({
  openAccount: () => {},
  exchange: () => exchange,
  open: () => {},
  range: () => {},
  close: () => {},
  hasWork: () => false,
  fund: () => {},
  state: () => null,
  restore: () => {},
})

/** A store on a disk that is full, or hangs, while the file ENGINE_FULL exists. */
const filling = (store: Store): Pick<Store, 'write'> => ({
  write: async (batch: Batch) => {
    if (env('ENGINE_FULL') !== '' && existsSync(env('ENGINE_FULL'))) {
      if (readFileSync(env('ENGINE_FULL'), 'utf8') === 'hangs') await new Promise(() => {})
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
    await store.write(batch)
  },
})

const say = (message: object): void => {
  if (process.connected) process.send?.(message)
}

const statusOf = (system: System<PaperVenuePort>) => {
  const account = system.desk.actor(accountId).getSnapshot()
  const { context } = account
  return {
    state: typeof account.value === 'string' ? account.value : Object.keys(account.value)[0],
    positions: Object.values(context.positions),
    wallet: system.desk.seat(accountId).mirror.wallet,
    inFlight: system.inFlight.count,
    lag: system.journal.lag,
    trades: context.counters.tradesToday,
    health: system.desk.seat(accountId).exchange.health?.() ?? null,
  }
}
export type Status = ReturnType<typeof statusOf>

export type Ask = { id: number; what: 'status' | 'facts' | 'arm' | 'panic'; fuse?: string }

const allFacts = async (store: Store): Promise<Fact[]> => {
  const facts: Fact[] = []
  let cursor: string | undefined
  do {
    const page = await store.facts({
      accountId: [accountId],
      limit: 1_000,
      oldestFirst: true,
      ...(cursor === undefined ? {} : { cursor }),
    })
    facts.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return facts
}

/** Answers when it is durable. */
const panic = (control: Control) =>
  control.command([accountId], { name: 'panic', reason: null }, { by: 'test', wait: false })

const main = async (): Promise<void> => {
  const origin = Number(env('ENGINE_ORIGIN'))
  const settings = settingsOf()
  const fuse = new Fuse(env('ENGINE_FUSE') || null)
  const lock = await acquireLock(env('ENGINE_FOLDER'))
  const store = await openStore({
    dataDir: env('ENGINE_FOLDER'),
    databaseUrl: env('ENGINE_DATABASE') || null,
  })
  const clock = new WallClock(marketClock(origin), () => performance.now() * SPEED)
  const source = candlesFrom(origin)
  let system: System<PaperVenuePort> | null = null
  const connected = Promise.withResolvers<void>()
  let exchange: ResilientExchange | null = null
  const remote = new RemoteExchange({
    port: Number(env('ENGINE_PORT')),
    accountId,
    deposit: '10000',
    onSent: (method, args) => fuse.reach(nameOf(method, args), 'sent'),
    // What was missed meanwhile is asked for, as after a restart.
    onConnection: state => {
      if (state === 'up') {
        exchange?.recovered()
        connected.resolve()
      }
      say({ connection: state })
      system?.desk.resync(accountId)
    },
  })
  exchange = new ResilientExchange(remote, { patience: PATIENCE, clock })
  await connected.promise
  const opening = createSystem({
    settings,
    source,
    strategies: await loadStrategies(settings.accounts),
    wiring: 'live',
    attention: 'cycles',
    startAt: clock.now(),
    clock,
    store: { write: fusedWrite(filling(store), fuse) },
    lastSeq: await store.lastSeq(),
    equityMs: 3_600_000,
    venue: remotely(fusedExchange(exchange, fuse)),
  })
  opening.requireIndicators()
  const driver = new WallDriver({
    system: opening,
    clock,
    source,
    speed: SPEED,
    onError: error => say({ error: error instanceof Error ? error.message : String(error) }),
  })
  driver.catchUp()
  const snapshots = await store.snapshots()
  // Deadlines in them were set by the clock of that run, which may have been ahead of this one.
  for (const { at } of snapshots) clock.advanceTo(at)
  opening.openAccounts(snapshots)
  system = opening
  if (process.env['ENGINE_LOUD'] !== undefined) {
    opening.journal.subscribe(fact => process.stderr.write(`${JSON.stringify(fact)}\n`))
  }
  const { desk, journal } = opening
  const control = new Control({ desk, journal, clock, limitMs: 10_000 })
  process.on('message', (ask: Ask) => {
    const { id } = ask
    if (ask.what === 'status') say({ id, value: statusOf(opening) })
    else if (ask.what === 'arm') say({ id, value: fuse.arm(ask.fuse ?? null) })
    else if (ask.what === 'panic') void panic(control).then(value => say({ id, value }))
    else void allFacts(store).then(value => say({ id, value }))
  })
  process.once('SIGTERM', () => driver.stop())
  // A test that is gone has no use for its engine.
  const orphaned = () => process.kill(process.pid, 'SIGKILL')
  process.on('disconnect', orphaned)
  say({ ready: true })
  await driver.run()
  await control.end()
  system = null
  opening.desk.close()
  remote.close()
  await store.close()
  await lock.release()
  process.off('disconnect', orphaned)
  process.disconnect()
}

await main()
