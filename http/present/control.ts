/** The word back to a command: what has come true, and what has not. */
import { z } from '@hono/zod-openapi'
import type { Acknowledgement } from '../../actors/engine-control.ts'
import { CONTROL_NAMES } from '../../domain/control.ts'
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

export const doneExample: Acknowledgements = {
  acknowledged: true,
  items: [{ account_id: 'default', command: 'panic', acknowledged: true, state: 'halted', remaining: [] }],
}

export const laterExample: Acknowledgements = {
  acknowledged: false,
  items: [
    {
      account_id: 'default',
      command: 'panic',
      acknowledged: false,
      state: 'closing',
      remaining: ['BTC long 0.022 closing'],
    },
  ],
}
