/**
 * A venue in a process of its own: the paper venue behind a socket, its market running in real time at the test's speed.
 * Its books outlive it in a file. It keeps a record of all that it was asked.
 *
 * Requests are served one after the other per connection, each after `acceptMs`, and answered `answerMs` later.
 * Environment: VENUE_ORIGIN, VENUE_FILE, VENUE_PORT (0: any). Says its port to the parent once it listens.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { PaperVenue } from '../../adapters/exchange/paper/venue.ts'
import type { OrderRequest, VenueOrder } from '../../domain/order.ts'
import { type Exchange, VenueRefused } from '../../domain/ports.ts'
import { type Money, money } from '../../domain/units.ts'
import { type Asked, Watch } from './audit.ts'
import { type Message, type Request, readLines, writeLine } from './lines.ts'
import { instruments, marketClock, priceAt, SYMBOLS } from './market.ts'

const TICK_MS = 40
const PAPER = {
  makerFeeRatio: 0.0002,
  takerFeeRatio: 0.0005,
  slippageRatio: 0.0002,
  latencyMs: 0,
  volumeShareMax: null,
  fundingIntervalMs: 28_800_000,
  fundingRate: 0,
}

type Saved = { state: unknown; watches: Record<string, { asked: Asked[]; longest: number }> }

const file = process.env['VENUE_FILE'] ?? ''
const clock = marketClock(Number(process.env['VENUE_ORIGIN']))
const venue = new PaperVenue({ instruments, settings: PAPER, clock, historyMax: 10_000 })
const watches = new Map<string, Watch>()
const delays = { acceptMs: 2, answerMs: 2 }
let changed = false

if (existsSync(file)) {
  const saved = JSON.parse(readFileSync(file, 'utf8')) as Saved
  venue.restore(saved.state)
  for (const [id, watch] of Object.entries(saved.watches)) watches.set(id, new Watch(watch))
}

const save = (): void => {
  if (!changed) return
  changed = false
  const kept = Object.fromEntries([...watches].map(([id, watch]) => [id, watch.saved()]))
  writeFileSync(`${file}.new`, JSON.stringify({ state: venue.state(), watches: kept } satisfies Saved))
  renameSync(`${file}.new`, file)
}

const look = (): void => {
  for (const [id, watch] of watches) watch.look(venue.exchange(id), Date.now())
}

const watchOf = (accountId: string, deposit: Money): Watch => {
  venue.openAccount(accountId, deposit)
  const watch = watches.get(accountId) ?? new Watch(null)
  watches.set(accountId, watch)
  return watch
}

const submit = (exchange: Exchange, watch: Watch, request: OrderRequest): VenueOrder => {
  const asked: Asked = { at: Date.now(), request, answer: 'accepted' }
  watch.asked.push(asked)
  try {
    return exchange.submit(request) as VenueOrder
  } catch (error) {
    asked.answer = error instanceof VenueRefused ? error.code : String(error)
    throw error
  }
}

type Method = (exchange: Exchange, ...args: never[]) => unknown
const METHODS: Record<string, Method> = {
  instruments: exchange => exchange.instruments(),
  account: exchange => exchange.account(),
  positions: exchange => exchange.positions(),
  openOrders: exchange => exchange.openOrders(),
  cancel: (exchange, symbol: string, id: string) => exchange.cancel(symbol, id),
  lookup: (exchange, symbol: string, id: string) => exchange.lookup(symbol, id),
  setLeverage: (exchange, symbol: string, leverage: number) => exchange.setLeverage(symbol, leverage),
  fillsSince: (exchange, at: number) => exchange.fillsSince(at),
}

/** Who speaks on a connection: an engine of one account, or the test. */
type Caller = { exchange: Exchange | null; watch: Watch | null; unsubscribe: () => void }

const serve = (caller: Caller, socket: Socket, { method, args }: Request): unknown => {
  if (method === 'hello') {
    const [accountId, deposit] = args as [string, string]
    caller.watch = watchOf(accountId, money(deposit))
    caller.exchange = venue.exchange(accountId)
    caller.watch.arrived(Date.now())
    caller.unsubscribe = caller.exchange.subscribe(event => {
      changed = true
      writeLine(socket, { event })
    })
    return null
  }
  if (method === 'audit') return watches.get(String(args[0]))?.audit(venue.exchange(String(args[0]))) ?? null
  if (method === 'delay') return Object.assign(delays, args[0])
  if (caller.exchange === null || caller.watch === null) throw new VenueRefused('login', 'Say hello first')
  changed = true
  if (method === 'submit') return submit(caller.exchange, caller.watch, args[0] as OrderRequest)
  const found = METHODS[method]
  if (found === undefined) throw new VenueRefused('method_unknown', method)
  return found(caller.exchange, ...(args as never[]))
}

const answer = (caller: Caller, socket: Socket, request: Request): Message => {
  const { id } = request
  try {
    return { id, ok: true, value: serve(caller, socket, request) }
  } catch (error) {
    const code = error instanceof VenueRefused ? error.code : 'venue_failed'
    return { id, ok: false, code, message: error instanceof Error ? error.message : String(error) }
  } finally {
    look()
    save()
  }
}

const server = createServer(socket => {
  const caller: Caller = { exchange: null, watch: null, unsubscribe: () => {} }
  let queue = Promise.resolve()
  readLines(socket, line => {
    const request = line as Request
    const turn = async (before: Promise<void>): Promise<void> => {
      await before
      await sleep(delays.acceptMs)
      const message = answer(caller, socket, request)
      setTimeout(() => writeLine(socket, message), delays.answerMs)
    }
    queue = turn(queue)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    caller.unsubscribe()
    caller.watch?.left(Date.now())
  })
})

setInterval(() => {
  const at = clock.now()
  for (const symbol of SYMBOLS) {
    const price = priceAt(symbol, at)
    venue.open(symbol, price, at)
    venue.range(symbol, price, price, at, null)
    venue.close(symbol, price, at)
  }
  look()
  save()
}, TICK_MS)

server.listen(Number(process.env['VENUE_PORT'] ?? 0), '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : null })
})
process.on('disconnect', () => process.exit(0))
