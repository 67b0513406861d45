/**
 * Time from a start to the moment when every account, each with an open position, has reconciled and is protected again.
 *
 * Roles of this file, each a process of its own: `write` fills a data folder as a first engine would have left it, `open`
 * starts a fresh engine on it, `plain` reads the same state and compares every position with the venue in one loop, with
 * no actors. Times begin with the process; each start has a copy of the folder of its own.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKPOINT, type Checkpoint, VENUE } from '../actors/checkpoint.ts'
import { Engine } from '../actors/engine.ts'
import { SNAPSHOT_VERSION } from '../actors/persisted.ts'
import { createSystem } from '../actors/system.ts'
import { PaperVenue } from '../adapters/exchange/paper/venue.ts'
import { openStore } from '../adapters/store/open-store.ts'
import type { Fact } from '../domain/fact.ts'
import type { PositionSummary } from '../domain/position-state.ts'
import { dec } from '../domain/units.ts'
import { STEP_MS } from './candles.ts'
import { crowdOf, START, SYMBOL } from './crowd.ts'
import { median } from './measure.ts'

export type RecoveryRow = {
  accounts: number
  /** From the process to code that runs, to an open store, to restored accounts, to the last one protected. */
  loadedMs: number
  storeMs: number
  restoredMs: number
  protectedMs: number
  bestProtectedMs: number
  /** What the accounts took (without loading code and opening the store) ÷ what they take in a plain loop. */
  timesPlain: number
}

type Times = Pick<RecoveryRow, 'loadedMs' | 'storeMs' | 'restoredMs' | 'protectedMs'>

const CANDLES = 3
/** As by default; the profile has none. */
const LATENCY_MS = 50
const FACTS_PER_BATCH = 1_000

/** The state of a first engine after its last candle, made durable like any other. */
const write = async (dataDir: string, count: number): Promise<object> => {
  const { settings, source, strategies } = crowdOf(count, CANDLES)
  const facts: Fact[] = []
  const system = createSystem({
    settings,
    source,
    strategies,
    wiring: 'simulated',
    attention: 'changes',
    startAt: START,
    equityMs: Number.MAX_SAFE_INTEGER,
  })
  system.journal.subscribe(fact => facts.push(fact))
  system.openAccounts()
  for (let step = source.next(); step !== null; step = source.next()) system.conductor.play(step)
  const now = system.clock.now()
  const snapshots = system.desk
    .capture()
    .map(({ accountId, body }) => ({ accountId, version: SNAPSHOT_VERSION, at: now, body }))
  const stepOpenAt = START + (CANDLES - 1) * STEP_MS
  const checkpoint: Checkpoint = { version: 1, now, stepOpenAt, moment: 'close' }
  const store = await openStore({ dataDir, databaseUrl: null })
  for (let start = 0; start < facts.length; start += FACTS_PER_BATCH) {
    const part = facts.slice(start, start + FACTS_PER_BATCH)
    await store.write({ facts: part, snapshots: [], documents: [] })
  }
  const documents = [
    { key: CHECKPOINT, body: checkpoint },
    { key: VENUE, body: system.venue.state() },
  ]
  await store.write({ facts: [], snapshots, documents })
  await store.close()
  return { facts: facts.length }
}

/** Resolves when every account rests in `protected`; at a start each of them reconciles first. */
const allProtected = (engine: Engine, count: number): Promise<void> =>
  new Promise(resolve => {
    const safe = new Set<string>()
    const note = (accountId: string) => {
      if (safe.add(accountId).size === count) resolve()
    }
    engine.subscribe(event => {
      if (event.kind !== 'transition' || event.actor !== event.accountId) return
      if (event.transition.to === 'protected') note(event.accountId)
      else safe.delete(event.accountId)
    })
    for (const { id, state } of engine.accounts()) if (state === 'protected') note(id)
  })

const open = async (dataDir: string, count: number): Promise<Times> => {
  const loadedMs = performance.now()
  // One candle more than the first engine saw: the run waits for it in real time.
  const { settings, source, strategies } = crowdOf(count, CANDLES + 1)
  const store = await openStore({ dataDir, databaseUrl: null })
  const storeMs = performance.now()
  const engine = await Engine.open({
    settings: { ...settings, speed: 1, paper: { ...settings.paper, latencyMs: LATENCY_MS } },
    source,
    strategies,
    store,
    startAt: START,
    warmSteps: 0,
    wall: { now: () => START },
    onError: error => {
      throw error
    },
  })
  const restoredMs = performance.now()
  const safe = allProtected(engine, count)
  const ended = engine.run()
  await safe
  const protectedMs = performance.now()
  const proved = engine.positions().filter(each => each.protected && each.stopPrice !== null)
  if (!engine.resumed || proved.length !== count)
    throw new Error(`${proved.length} of ${count} positions are protected`)
  engine.leave()
  await ended
  engine.close()
  await store.close()
  return { loadedMs, storeMs, restoredMs, protectedMs }
}

type Stored = { context: { positions: Record<string, PositionSummary> } }

/** Milliseconds to read the state and to compare each position and its stop with the venue's, and nothing else. */
const plain = async (dataDir: string, count: number): Promise<{ plainMs: number }> => {
  const { source, settings } = crowdOf(count, CANDLES)
  const store = await openStore({ dataDir, databaseUrl: null })
  const from = performance.now()
  const snapshots = await store.snapshots()
  const { instruments } = source
  const venue = new PaperVenue({ instruments, settings: settings.paper, clock: { now: () => START } })
  venue.restore(await store.document(VENUE))
  let agreed = 0
  for (const { accountId, body } of snapshots) {
    const ours = (body as Stored).context.positions[SYMBOL]
    const exchange = venue.exchange(accountId)
    const theirs = exchange.positions().find(each => each.symbol === SYMBOL)
    const stop = exchange.openOrders().find(each => each.symbol === SYMBOL && each.type === 'stop_market')
    if (ours === undefined || theirs === undefined || stop === undefined) continue
    if (dec(ours.quantity).eq(theirs.quantity) && dec(stop.quantity).gte(theirs.quantity)) agreed += 1
  }
  const plainMs = performance.now() - from
  if (agreed !== count) throw new Error(`${agreed} of ${count} accounts agree with the venue`)
  await store.close()
  return { plainMs }
}

const ROLES = { write, open, plain }

/** What a role prints. */
const play = (role: keyof typeof ROLES, dataDir: string, count: number): unknown => {
  const words = [import.meta.filename, role, dataDir, `${count}`]
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }))
}

const onCopyOf = (dataDir: string, role: 'open' | 'plain', count: number): unknown => {
  const copy = mkdtempSync(join(tmpdir(), 'latch-bench-recovery-'))
  try {
    cpSync(dataDir, copy, { recursive: true })
    return play(role, copy, count)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** Medians of `roundCount` starts, each with a plain loop beside it. */
export const measureRecovery = (count: number, roundCount: number): RecoveryRow => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latch-bench-recovery-'))
  try {
    play('write', dataDir, count)
    const starts: Times[] = []
    const plainMs: number[] = []
    for (let round = 0; round < roundCount; round += 1) {
      starts.push(onCopyOf(dataDir, 'open', count) as Times)
      plainMs.push((onCopyOf(dataDir, 'plain', count) as { plainMs: number }).plainMs)
    }
    const middle = (name: keyof Times) => median(starts.map(each => each[name]))
    return {
      accounts: count,
      loadedMs: middle('loadedMs'),
      storeMs: middle('storeMs'),
      restoredMs: middle('restoredMs'),
      protectedMs: middle('protectedMs'),
      bestProtectedMs: Math.min(...starts.map(each => each.protectedMs)),
      timesPlain: median(starts.map(each => each.protectedMs - each.storeMs)) / median(plainMs),
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const [role = '', dataDir = '', count = ''] = process.argv.slice(2)
  const told = await ROLES[role as keyof typeof ROLES](dataDir, Number(count))
  process.stdout.write(`${JSON.stringify(told)}\n`)
}
