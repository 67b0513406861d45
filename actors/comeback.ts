/** An account that was stopped or removed, made of its journal: its books go on, what people wished of it then does not. */
import type { Fact } from '../domain/fact.ts'
import type { StoreReader } from '../domain/ports.ts'
import type { AccountSettings } from '../domain/settings.ts'
import type { AccountContext, AccountInput } from '../machines/account/context.ts'
import { AdminRefused } from './account-admin.ts'
import { rebuild } from './recover.ts'

/** Why an account that is to be removed with its positions is halted. */
export const REMOVAL = 'to be removed'

/** Of commands, the last so many are looked at. */
const COMMANDS = 500

const HALTING = ['halt', 'panic', 'rearm']
const PAUSING = ['pause', 'resume', 'drain']

/** First starts and commands of the account, oldest first; none: the id was never used. */
export const pastOf = async (reader: StoreReader, accountId: string): Promise<Fact[]> => {
  const facts: Fact[] = []
  for (const action of ['account.started', 'control.commanded']) {
    const page = await reader.facts({ accountId: [accountId], action, limit: COMMANDS })
    facts.push(...page.items)
  }
  return facts.toSorted((one, other) => one.seq - other.seq)
}

/** Started again it is not paused, unless that was said of it while it was stopped. */
const isPaused = (past: readonly Fact[]): boolean => {
  const said = past.flatMap(each => (each.type === 'control.commanded' ? [each.command] : []))
  return said.slice(said.lastIndexOf('stop') + 1).findLast(each => PAUSING.includes(each)) === 'pause'
}

/** Its books by its journal; halted only where a person or a limit said so for another reason than to remove it. */
export const comebackOf = async (
  reader: StoreReader,
  input: AccountInput,
  past: readonly Fact[],
): Promise<unknown> => {
  const { body } = await rebuild(reader, input)
  const { context } = body as { context: AccountContext }
  const { control, breakers } = context
  const halt = past.findLast(
    each => each.type === 'control.commanded' && HALTING.includes(each.command) && each.reason !== REMOVAL,
  )
  const isHalted = halt?.type === 'control.commanded' && halt.command !== 'rearm'
  const halted = isHalted ? halt.command : breakers.drawdownTripped ? control.halted : null
  const wishes = { ...control, paused: isPaused(past), stopping: false, halted, flatten: null }
  return { ...(body as object), context: { ...context, control: wishes } }
}

/** The books of an id that was there before go on: they began with a deposit, and there is no second one. */
export const checkDeposit = ({ id, deposit }: AccountSettings, past: readonly Fact[]): void => {
  const started = past.find(each => each.type === 'account.started')
  if (started?.type !== 'account.started' || started.deposit === deposit) return
  throw new AdminRefused(
    'fixed',
    `${id} has traded before, with a deposit of ${started.deposit}: add it with that, or choose another id`,
  )
}
