/**
 * Steering: what people tell accounts, and the word back when it has come true.
 *
 * A command acts at once and is made durable; its acknowledgement waits for the account's own steps and never looks by the
 * clock. On paper a close fills at the next price, which at speed 60 and candles of a minute is within a second. What has
 * not come true within the limit is answered with what is open; the command stands and goes on.
 */
import type { ExitReason } from '../domain/fact.ts'
import type { Clock } from '../domain/ports.ts'
import type { AccountCommand } from '../machines/account/context.ts'
import { type Goal, goalOf, type Sight } from './control-goal.ts'
import type { Desk } from './desk.ts'
import type {
  Accounts,
  Acknowledgement,
  CommandOptions,
  ControlCommand,
  EngineControl,
} from './engine-control.ts'
import type { Journal } from './journal.ts'
import { within } from './time-limit.ts'

export type ControlOptions = {
  desk: Desk
  journal: Journal
  clock: Clock
  /** Real time after which an acknowledgement says what is still open instead of waiting on. */
  limitMs: number
}

/** Longest real wait for an acknowledgement, beside the two candles a close on paper may wait for its price. */
const LIMIT_MS = 10_000
const LIMIT_MS_MAX = 120_000

export const limitMsAt = (speed: number | 'max', stepMs: number): number =>
  speed === 'max' ? LIMIT_MS : Math.min(LIMIT_MS_MAX, LIMIT_MS + (2 * stepMs) / speed)

const END_MS = 1_000

const ENDED = 'the engine stopped first; the command stands and goes on at the next start'

/** What the machine is told for each command; `close` goes to a position. */
const eventsOf = (command: ControlCommand, at: number): AccountCommand[] => {
  switch (command.name) {
    case 'pause':
    case 'resume':
    case 'stop_entries':
    case 'allow_entries':
    case 'drain':
    case 'rearm':
    case 'stop':
      return [{ type: `account.${command.name}`, at }]
    case 'close_all':
      return [{ type: 'account.flatten', reason: 'close_command', at }]
    case 'halt':
      return [{ type: 'account.halt', reason: 'emergency_stop', words: command.reason, at }]
    case 'panic':
      // Latched first: whatever happens next, nothing is entered any more.
      return [
        { type: 'account.halt', reason: 'panic', words: command.reason, at },
        { type: 'account.flatten', reason: 'panic', at },
      ]
    case 'close':
      return []
  }
}

const CLOSE_REASON: ExitReason = 'close_command'

const keyOf = (accountId: string, command: ControlCommand): string =>
  JSON.stringify([accountId, command.name, 'symbol' in command ? [command.symbol, command.fraction] : null])

/** Steps of one account, counted, so that none is missed between a look and the wait that follows it. */
type Steps = { count: number; waiting: (() => void)[] }

type Pending = { goal: Goal; durable: Promise<string[]>; done: Promise<Acknowledgement> }

export class Control implements EngineControl {
  readonly #options: ControlOptions
  readonly #pending = new Map<string, Pending>()
  readonly #steps = new Map<string, Steps>()
  readonly #unsubscribe: () => void
  #isEnded = false

  constructor(options: ControlOptions) {
    this.#options = options
    this.#unsubscribe = options.desk.onTransition(accountId => this.#step(accountId))
  }

  async command(
    accounts: Accounts,
    command: ControlCommand,
    { by, wait = true }: CommandOptions,
  ): Promise<Acknowledgement[]> {
    const known = this.#options.desk.accountIds()
    const accountIds = accounts === 'all' ? known : [...new Set(accounts)]
    const unknown = accountIds.find(id => !known.includes(id))
    if (unknown !== undefined)
      throw new Error(`Account ${unknown} is not known; known are ${known.join(', ')}`)
    // All of them are told before anything is waited for.
    const told = accountIds.map(accountId => this.#tell(accountId, command, by))
    return Promise.all(told.map(pending => (wait ? pending.done : this.#asItStands(pending))))
  }

  /** The account is gone: nobody waits for its steps. */
  forget(accountId: string): void {
    this.#step(accountId)
    this.#steps.delete(accountId)
  }

  /** Answers whoever still waits: nothing moves any more. Waits for the store, but not for long. */
  async end(): Promise<void> {
    this.#isEnded = true
    this.#unsubscribe()
    for (const accountId of this.#steps.keys()) this.#step(accountId)
    const answered = Promise.allSettled([...this.#pending.values()].map(pending => pending.done))
    await within(answered, END_MS, 'answering').catch(() => undefined)
  }

  /** Identical commands under way share one acknowledgement; each of them is written down. */
  #tell(accountId: string, command: ControlCommand, by: string): Told {
    const { desk, journal, clock } = this.#options
    const at = clock.now()
    const symbol = command.name === 'close' ? command.symbol : null
    const fraction = command.name === 'close' ? command.fraction : null
    const { name, reason } = command
    journal.record(accountId, at, { type: 'control.commanded', command: name, by, reason, symbol, fraction })
    const key = keyOf(accountId, command)
    const shared = this.#pending.get(key)
    if (shared !== undefined) return { accountId, command, ...shared }
    const goal = goalOf(desk, accountId, command)
    if (command.name === 'close') {
      desk.closePosition(accountId, command.symbol, command.fraction, CLOSE_REASON)
    } else {
      desk.command(accountId, eventsOf(command, at))
    }
    // A command may overtake another that waits for its contrary.
    this.#step(accountId)
    const durable = this.#durable()
    const done = this.#acknowledge(accountId, command, goal, durable).finally(() => this.#pending.delete(key))
    // Nobody may be waiting for it.
    done.catch(() => undefined)
    const pending = { goal, durable, done }
    this.#pending.set(key, pending)
    return { accountId, command, ...pending }
  }

  /** What stands against durability: nothing, or why it could not be written. */
  async #durable(): Promise<string[]> {
    try {
      const { journal, limitMs } = this.#options
      await within(Promise.resolve(journal.flush()), limitMs, 'writing it down')
      return []
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return [`not durable yet, a restart may forget it: ${message}`]
    }
  }

  async #asItStands({ accountId, command, goal, durable }: Told): Promise<Acknowledgement> {
    const unwritten = await durable
    return answer(accountId, command, await goal(), unwritten)
  }

  async #acknowledge(
    accountId: string,
    command: ControlCommand,
    goal: Goal,
    durable: Promise<string[]>,
  ): Promise<Acknowledgement> {
    const [unwritten, sight] = await Promise.all([durable, this.#reach(accountId, goal)])
    const acknowledgement = answer(accountId, command, sight, unwritten)
    const { done, state, remaining } = acknowledgement
    this.#options.journal.record(accountId, this.#options.clock.now(), {
      type: 'control.acknowledged',
      command: command.name,
      symbol: command.name === 'close' ? command.symbol : null,
      done,
      state,
      remaining,
    })
    const unsaid = await this.#durable()
    return unsaid.length === 0 ? acknowledgement : { ...acknowledgement, done: false, remaining: unsaid }
  }

  /** Looks after every step of the account until the goal is reached, cannot be, or the limit has passed. */
  async #reach(accountId: string, goal: Goal): Promise<Sight> {
    const steps = this.#stepsOf(accountId)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      this.#step(accountId)
    }, this.#options.limitMs)
    try {
      for (;;) {
        const { count } = steps
        const sight = await goal()
        if (sight.isFinal || isLate) return sight
        if (this.#isEnded) return { ...sight, remaining: [...sight.remaining, ENDED] }
        if (steps.count === count) await new Promise<void>(resolve => steps.waiting.push(resolve))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  #stepsOf(accountId: string): Steps {
    const found = this.#steps.get(accountId) ?? { count: 0, waiting: [] }
    this.#steps.set(accountId, found)
    return found
  }

  #step(accountId: string): void {
    const steps = this.#stepsOf(accountId)
    steps.count += 1
    for (const resolve of steps.waiting.splice(0)) resolve()
  }
}

type Told = Pending & { accountId: string; command: ControlCommand }

const answer = (
  accountId: string,
  command: ControlCommand,
  sight: Sight,
  unwritten: string[],
): Acknowledgement => ({
  accountId,
  command: command.name,
  done: sight.done && unwritten.length === 0,
  state: sight.state,
  remaining: [...sight.remaining, ...unwritten],
})
