/** How a running engine is steered: HTTP, the command line and signals say it in these words. */
import type { ControlName } from '../domain/control.ts'
import type { AccountAdmin } from './account-admin.ts'
import type { FeedControl } from './feed-control.ts'
import type { EngineInsight } from './insight.ts'

export type ControlCommand = { reason: string | null } & (
  | { name: Exclude<ControlName, 'close'> }
  /** `fraction` of what is open, (0, 1]. */
  | { name: 'close'; symbol: string; fraction: number }
)

export type Acknowledgement = {
  accountId: string
  command: ControlName
  /** It has come true and is durable. False: what was said stands and goes on, `remaining` says what is open. */
  done: boolean
  /** State of the account. */
  state: string
  remaining: string[]
}

export type Accounts = readonly string[] | 'all'

export type CommandOptions = {
  /** Who says it: `token:owner`, `signal:SIGUSR2`. */
  by: string
  /** False: answer as soon as it is durable, with how things stand then. */
  wait?: boolean
}

export interface EngineControl {
  /**
   * Tells accounts something and waits, up to a limit, until it has come true: one acknowledgement per account. Every
   * command is taken in every state and acts at once; the same twice is the same once. Throws for an unknown account.
   */
  command(accounts: Accounts, command: ControlCommand, options: CommandOptions): Promise<Acknowledgement[]>
}

/** What else may be asked of a running engine: other accounts, and answers to questions out of turn. */
export interface EngineDesk {
  readonly roster: AccountAdmin
  readonly insight: EngineInsight
  readonly feed: FeedControl
}
