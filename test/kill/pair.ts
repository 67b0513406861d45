/** Starts venue and engine processes for a test, talks to them, and ends them. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Acknowledgement } from '../../actors/engine-control.ts'
import { openStore } from '../../adapters/store/open-store.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Audit } from './audit.ts'
import type { Ask, Status } from './engine-process.ts'
import { type Reply, readLines, writeLine } from './lines.ts'

const COMPILED = join(tmpdir(), 'latch-kill-compiled')
const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

const start = (file: string, env: Record<string, string>): ChildProcess => {
  const child = fork(join(import.meta.dirname, file), {
    // Compiled once, not at each of many starts.
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: COMPILED, ...env },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

const gone = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

export class VenueProcess {
  readonly origin = Date.now()
  readonly folder = mkdtempSync(join(tmpdir(), 'latch-kill-'))
  port = 0
  #child: ChildProcess | null = null
  #lastId = 0

  /** Starts it, or starts it again where it was killed: same port, same books. */
  async start(): Promise<void> {
    const child = start('venue-process.ts', {
      VENUE_ORIGIN: String(this.origin),
      VENUE_FILE: join(this.folder, 'venue.json'),
      VENUE_PORT: String(this.port),
    })
    this.#child = child
    child.stderr?.pipe(process.stderr)
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    this.port = port
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    if (this.#child !== null) await gone(this.#child)
  }

  async end(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  audit(accountId: string): Promise<Audit> {
    return this.#ask('audit', [accountId]) as Promise<Audit>
  }

  /** Real time before a request is served, and until its answer leaves. */
  delay(delays: { acceptMs: number; answerMs: number }): Promise<unknown> {
    return this.#ask('delay', [delays])
  }

  async #ask(method: string, args: unknown[]): Promise<unknown> {
    const socket = connect({ port: this.port, host: '127.0.0.1' })
    this.#lastId += 1
    const reply = await new Promise<Reply>((resolve, reject) => {
      socket.once('error', reject)
      readLines(socket, line => resolve(line as Reply))
      writeLine(socket, { id: this.#lastId, method, args })
    })
    socket.destroy()
    if (!reply.ok) throw new Error(reply.message)
    return reply.value
  }
}

export type Place = { accountId: string; folder: string; databaseUrl: string | null }
export type EngineOptions = { fuse?: string; full?: string; heldCandles?: number; stopRatio?: number }
type Told = { id?: number; value?: unknown; ready?: true; error?: string; connection?: 'up' | 'down' }

export class EngineProcess {
  readonly child: ChildProcess
  readonly errors: string[] = []
  said = ''
  #ready = Promise.withResolvers<void>()
  #answers = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #lastId = 0

  constructor(venue: VenueProcess, place: Place, options: EngineOptions = {}) {
    this.child = start('engine-process.ts', {
      ENGINE_ORIGIN: String(venue.origin),
      ENGINE_PORT: String(venue.port),
      ENGINE_ACCOUNT: place.accountId,
      ENGINE_FOLDER: place.folder,
      ENGINE_DATABASE: place.databaseUrl ?? '',
      ENGINE_FUSE: options.fuse ?? '',
      ENGINE_FULL: options.full ?? '',
      KILL_TEST_HELD_CANDLES: String(options.heldCandles ?? 1),
      KILL_TEST_STOP_RATIO: String(options.stopRatio ?? 0.02),
    })
    this.child.stderr?.on('data', (part: Buffer) => {
      this.said += part.toString()
    })
    this.child.on('message', (told: Told) => this.#hear(told))
    this.child.once('exit', () => {
      const error = new Error(`The engine ended: ${this.said}`)
      this.#ready.reject(error)
      for (const { reject } of this.#answers.values()) reject(error)
    })
    // Who does not wait for it need not hear that it failed.
    this.#ready.promise.catch(() => {})
  }

  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** How it ended: its exit code, or the signal that killed it. */
  async ended(): Promise<number | string> {
    await gone(this.child)
    return this.child.signalCode ?? this.child.exitCode ?? -1
  }

  status(): Promise<Status> {
    return this.#ask('status') as Promise<Status>
  }

  facts(): Promise<Fact[]> {
    return this.#ask('facts') as Promise<Fact[]>
  }

  /** Sets the fuse of the running engine. */
  arm(fuse: string): Promise<unknown> {
    return this.#ask('arm', fuse)
  }

  /** Tells it to panic; resolves when that is durable. */
  panic(): Promise<Acknowledgement[]> {
    return this.#ask('panic') as Promise<Acknowledgement[]>
  }

  #ask(what: Ask['what'], fuse = ''): Promise<unknown> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject })
      this.child.send({ id, what, fuse } satisfies Ask)
    })
  }

  #hear(told: Told): void {
    if (told.ready === true) this.#ready.resolve()
    if (told.error !== undefined) this.errors.push(told.error)
    if (told.id === undefined) return
    this.#answers.get(told.id)?.resolve(told.value)
    this.#answers.delete(told.id)
  }
}

/** Data folders of engines, each copied from one database with its tables, for making one takes seconds. */
export class Folders {
  readonly #home = mkdtempSync(join(tmpdir(), 'latch-kill-'))

  async prepare(): Promise<void> {
    const store = await openStore({ dataDir: join(this.#home, 'template'), databaseUrl: null })
    await store.close()
  }

  place(accountId: string, databaseUrl: string | null = null): Place {
    const folder = join(this.#home, accountId)
    if (databaseUrl === null) cpSync(join(this.#home, 'template'), folder, { recursive: true })
    return { accountId, folder, databaseUrl }
  }

  /** A place that was made before, as it was left. */
  again(accountId: string): Place {
    return { accountId, folder: join(this.#home, accountId), databaseUrl: null }
  }

  /** A path inside, for a test's own file. */
  path(name: string): string {
    return join(this.#home, name)
  }

  end(): void {
    rmSync(this.#home, { recursive: true, force: true })
  }
}
