import { defineEntity } from '@mikro-orm/core'
import { accountId, amount, json, nullableText, nullableTime, stamp, text } from './column.ts'

const AccountSchema = defineEntity({
  name: 'AccountEntity',
  tableName: 'accounts',
  properties: {
    accountId: accountId(),
    ...stamp,
    deposit: amount<'money'>(),
    strategy: text(),
    assets: json<string[]>(),
    interval: text(),
    mode: text(),
    state: nullableText(),
    until: nullableTime(),
    reason: nullableText(),
  },
})

/** An account: how it was started last, and the state it is in. */
export class AccountEntity extends AccountSchema.class {}

AccountSchema.setClass(AccountEntity)
