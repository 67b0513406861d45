/** An account as those know it who know it by its model: balance, what it began with, profit and state. */
import { z } from '@hono/zod-openapi'
import type { AccountSummary } from '../../actors/engine-view.ts'
import { dec, money } from '../../domain/units.ts'
import { Account, accountExample, presentAccount } from './account.ts'
import { amount } from './shape.ts'

export const ModelAccount = z
  .strictObject({
    ...Account.shape,
    initial_balance: amount('Money put in; the same as `deposit`.'),
    pnl: amount('equity − deposit.'),
  })
  .openapi('ModelAccount')

export const presentModelAccount = (account: AccountSummary): z.infer<typeof ModelAccount> => ({
  ...presentAccount(account),
  initial_balance: account.deposit,
  pnl: money(dec(account.equity).minus(account.deposit)),
})

export const modelAccountExample: z.infer<typeof ModelAccount> = {
  ...accountExample,
  account_id: 'claude',
  label: 'Claude',
  strategy: 'llm',
  model: 'anthropic/claude-sonnet-4.5',
  initial_balance: '1000',
  pnl: '21.6',
}
