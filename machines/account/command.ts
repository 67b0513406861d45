/** What people tell an account, as pure functions: each command sets wishes, which the chart reads at rest. */
import { rearm } from '../../domain/risk/breakers.ts'
import type { AccountCommand, AccountContext } from './context.ts'
import { type Effects, lastEquity, noted } from './update.ts'

/** Accepted in every state, and the same twice is the same once. */
export const onCommand = (context: AccountContext, event: AccountCommand): Effects => {
  const { control } = context
  const wish = (change: Partial<AccountContext['control']>): Effects => ({
    patch: { control: { ...control, ...change }, timing: noted(context, event.at) },
  })
  switch (event.type) {
    case 'account.pause':
      return wish({ paused: true })
    case 'account.resume':
      return wish({ paused: false, draining: false, cooldownUntil: null })
    case 'account.stop_entries':
      return wish({ entriesStopped: true })
    case 'account.allow_entries':
      return wish({ entriesStopped: false })
    case 'account.drain':
      return wish({ draining: true })
    case 'account.halt':
      return {
        ...wish({ halted: event.reason, ...(event.words == null ? {} : { haltWords: event.words }) }),
        send: cancelEntries(context, event.at),
      }
    case 'account.flatten':
      return wish({ flatten: event.reason })
    case 'account.stop':
      return wish({ stopping: true, flatten: 'close_command' })
    case 'account.rearm': {
      const { state, events } = rearm(context.breakers, lastEquity(context))
      const { patch } = wish({
        halted: null,
        reason: null,
        ...(control.haltWords == null ? {} : { haltWords: null }),
      })
      return {
        patch: { ...patch, breakers: state },
        reports: events.map(each => ({ ...each, at: event.at })),
      }
    }
  }
}

/** States with an entry on its way, or a rest of one. */
const MAY_ENTER: readonly string[] = ['ordering', 'protecting', 'protected']

const cancelEntries = (context: AccountContext, at: number): NonNullable<Effects['send']> =>
  Object.values(context.positions)
    .filter(each => MAY_ENTER.includes(each.state))
    .map(({ symbol }) => ({ symbol, event: { type: 'entry.cancel', reason: 'halted', at } }))
