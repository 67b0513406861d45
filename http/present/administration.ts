/** What came of adding, changing, removing or starting an account, and of comparing accounts with their venue. */
import { z } from '@hono/zod-openapi'
import type { AdminAnswer } from '../../actors/account-admin.ts'
import type { ReconcileAnswer } from '../../actors/insight.ts'
import type { Fact } from '../../domain/fact.ts'
import { Account, accountExample, presentAccount } from './account.ts'
import type { AccountSummary } from '../../actors/engine-view.ts'
import { amount, choice, flag, iso, moment, text } from './shape.ts'

export const Administration = z
  .strictObject({
    account_id: text('Identity of the account.'),
    change: choice(['added', 'changed', 'removed', 'started'], 'What was asked.'),
    done: flag('It has come true and is durable. What has not goes on; ask again.'),
    remaining: z.array(z.string()).openapi({ description: 'What stands against it, in words.' }),
    account: Account.nullable().openapi({ description: 'As it is now; `null` once it is removed.' }),
  })
  .openapi('Administration')
export type Administration = z.infer<typeof Administration>

export const presentAdministration = (
  answer: AdminAnswer,
  account: AccountSummary | undefined,
): Administration => ({
  account_id: answer.accountId,
  change: answer.change,
  done: answer.done,
  remaining: [...answer.remaining],
  account: account === undefined ? null : presentAccount(account),
})

export const administrationExample: Administration = {
  account_id: accountExample.account_id,
  change: 'added',
  done: true,
  remaining: [],
  account: accountExample,
}

export const removingExample: Administration = {
  account_id: accountExample.account_id,
  change: 'removed',
  done: false,
  remaining: ['BTC long 0.022 closing'],
  account: accountExample,
}

export const Difference = z
  .strictObject({
    account_id: text('Account whose books differed.'),
    at: moment('When it was found.'),
    asset: text('Asset; `null`: the money of the account.').nullable(),
    what: text('What differed: `quantity`, `entry_price`, `balance`, `order` and so on.'),
    ours: text('By our books.').nullable(),
    theirs: text('By the venue.').nullable(),
    action: text('What was done about it.'),
  })
  .openapi('Difference')

type Differing = Extract<Fact, { type: 'reconcile.differed' | 'deposit.booked' }>

export const isDifference = (fact: Fact): fact is Differing =>
  fact.type === 'reconcile.differed' || fact.type === 'deposit.booked'

export const presentDifference = (fact: Differing): z.infer<typeof Difference> => {
  const common = { account_id: fact.accountId, at: iso(fact.at) }
  return fact.type === 'deposit.booked'
    ? { ...common, asset: null, what: 'balance', ours: null, theirs: fact.amount, action: fact.reason }
    : {
        ...common,
        asset: fact.symbol,
        what: fact.what,
        ours: fact.ours,
        theirs: fact.theirs,
        action: fact.action,
      }
}

export const differenceExample: z.infer<typeof Difference> = {
  account_id: 'default',
  at: '2026-01-02T03:00:00.000Z',
  asset: 'BTC',
  what: 'quantity',
  ours: '0.022',
  theirs: '0.02',
  action: 'booked',
}

export const Comparison = z
  .strictObject({
    account_id: text('Account that was compared.'),
    done: flag('It agrees with its venue now. False: the venue has not answered, and is asked again.'),
    state: text('State of the account.'),
    balance: amount('deposits + realised − fees − funding, after the comparison.').nullable(),
    differences: z.array(Difference),
  })
  .openapi('Comparison')

export const presentComparison = (
  answer: ReconcileAnswer,
  account: AccountSummary | undefined,
): z.infer<typeof Comparison> => ({
  account_id: answer.accountId,
  done: answer.done,
  state: answer.state,
  balance: account?.balance ?? null,
  differences: answer.facts.filter(isDifference).map(presentDifference),
})

export const comparisonExample: z.infer<typeof Comparison> = {
  account_id: 'default',
  done: true,
  state: 'protected',
  balance: '999.6',
  differences: [],
}
