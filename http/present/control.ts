/** The word back to a command: what has come true, and what has not. */
import { z } from '@hono/zod-openapi'
import type { Acknowledgement } from '../../actors/engine-control.ts'
import { CONTROL_NAMES, type ControlName } from '../../domain/control.ts'
import { choice, flag, text } from './shape.ts'

export const AccountAcknowledgement = z
  .strictObject({
    account_id: text('Identity of the account.'),
    command: choice(CONTROL_NAMES, 'What was said.'),
    acknowledged: flag(
      'It has come true and is durable. What has not goes on, unless `remaining` says why it cannot.',
    ),
    state: text('State of the account.'),
    remaining: z.array(z.string()).openapi({ description: 'What stands against it, in words.' }),
  })
  .openapi('Acknowledgement')

export const Acknowledgements = z
  .strictObject({
    acknowledged: flag('True when all of them are.'),
    items: z.array(AccountAcknowledgement),
  })
  .openapi('Acknowledgements')
export type Acknowledgements = z.infer<typeof Acknowledgements>

export const presentAcknowledgements = (acknowledgements: readonly Acknowledgement[]): Acknowledgements => ({
  acknowledged: acknowledgements.every(each => each.done),
  items: acknowledgements.map(each => ({
    account_id: each.accountId,
    command: each.command,
    acknowledged: each.done,
    state: each.state,
    remaining: [...each.remaining],
  })),
})

/** State of an account once the command has come true. */
const STATE_AFTER: Record<ControlName, string> = {
  pause: 'paused',
  resume: 'idle',
  stop_entries: 'protected',
  allow_entries: 'protected',
  close: 'protected',
  close_all: 'idle',
  drain: 'paused',
  halt: 'halted',
  panic: 'halted',
  rearm: 'idle',
  stop: 'stopped',
}

/** What stands against it on the way; what ends a position has to wait for its fill. */
const REMAINING: Partial<Record<ControlName, string>> = {
  pause: 'still deciding',
  resume: 'still paused',
  rearm: 'still halted',
  halt: 'BTC entry in flight',
}

export const acknowledgementExamples = (
  command: ControlName,
): { done: Acknowledgements; later: Acknowledgements } => {
  const remaining = [REMAINING[command] ?? 'BTC long 0.022 closing']
  const common = { account_id: 'default', command }
  return {
    done: {
      acknowledged: true,
      items: [{ ...common, acknowledged: true, state: STATE_AFTER[command], remaining: [] }],
    },
    later: {
      acknowledged: false,
      items: [{ ...common, acknowledged: false, state: 'protected', remaining }],
    },
  }
}
