/** What came of adding, changing, removing or starting an account, and of comparing accounts with their venue. */
import { z } from '@hono/zod-openapi'
import type { AdminAnswer } from '../../actors/account-admin.ts'
import type { ReconcileAnswer } from '../../actors/insight.ts'
import type { VenueLook } from '../../actors/venue-look.ts'
import type { Fact } from '../../domain/fact.ts'
import { Account, accountExample, presentAccount } from './account.ts'
import type { AccountSummary } from '../../actors/engine-view.ts'
import { amount, choice, flag, iso, moment, text } from './shape.ts'

export const Administration = z
  .strictObject({
    account_id: text('Identity of the account.'),
    change: choice(
      ['added', 'changed', 'unchanged', 'removed', 'started'],
      'What was done; `unchanged`: it was so already, and the account goes on as it did.',
    ),
    done: flag('It has come true and is durable. What has not goes on; ask again.'),
    remaining: z.array(z.string()).openapi({ description: 'What stands against it, in words.' }),
    account: Account.nullable().openapi({ description: 'As it is now; `null` once it is removed.' }),
    model_key: choice(
      ['removed', 'kept'],
      'What became of the stored key of the model of a removed account: `kept` where positions stay open. Left out where ' +
        'none was stored.',
    ).optional(),
  })
  .openapi('Administration')
export type Administration = z.infer<typeof Administration>

export const presentAdministration = (
  answer: AdminAnswer,
  account: AccountSummary | undefined,
  modelKey?: 'removed' | 'kept',
): Administration => ({
  account_id: answer.accountId,
  change: answer.change,
  done: answer.done,
  remaining: [...answer.remaining],
  account: account === undefined ? null : presentAccount(account),
  ...(modelKey === undefined ? {} : { model_key: modelKey }),
})

/** A removed account is told as it stood until it is gone. */
export const administrationExamples = (
  change: Administration['change'],
): { done: Administration; later: Administration } => {
  const { account_id } = accountExample
  const remaining = [change === 'removed' ? 'BTC long 0.022 closing' : 'the account is being restarted']
  return {
    done: {
      account_id,
      change,
      done: true,
      remaining: [],
      account: change === 'removed' ? null : accountExample,
    },
    later: { account_id, change, done: false, remaining, account: accountExample },
  }
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
    done: flag(
      'It agrees with its venue now. False: the venue has not answered, and is asked again, or with `fix` false something differs.',
    ),
    state: text('State of the account.'),
    balance: amount('deposits + realised − fees − funding, after the comparison.').nullable(),
    differences: z.array(Difference),
  })
  .openapi('Comparison')

const LOOKED = 'none: it was only looked at'

/** As `presentComparison`, of what was only looked at; `now`: epoch ms. */
export const presentLook = (
  { accountId, done, state, differences }: VenueLook,
  account: AccountSummary | undefined,
  now: number,
): z.infer<typeof Comparison> => ({
  account_id: accountId,
  done: done && differences.length === 0,
  state,
  balance: account?.balance ?? null,
  differences: differences.map(({ symbol, what, ours, theirs }) => ({
    account_id: accountId,
    at: iso(now),
    asset: symbol,
    what,
    ours,
    theirs,
    action: LOOKED,
  })),
})

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
