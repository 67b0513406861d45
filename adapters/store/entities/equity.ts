import { defineEntity, p } from '@mikro-orm/core'
import { accountId, amount, time } from './column.ts'

const EquitySchema = defineEntity({
  name: 'EquityEntity',
  tableName: 'equity',
  properties: {
    accountId: accountId(),
    seq: p.bigint('number').primary(),
    at: time(),
    equity: amount<'money'>(),
    balance: amount<'money'>(),
    unrealised: amount<'money'>(),
    drawdown: p.decimal(),
    heat: p.decimal(),
    positions: p.integer(),
  },
})

/** What an account was worth at a moment. */
export class EquityEntity extends EquitySchema.class {}

EquitySchema.setClass(EquityEntity)
