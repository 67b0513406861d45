import { defineEntity, p } from '@mikro-orm/core'
import { accountId, id, nullableAmount, nullableText, nullableTime, stamp, text } from './column.ts'

const DiarySchema = defineEntity({
  name: 'DiaryEntity',
  tableName: 'diary',
  properties: {
    accountId: accountId(),
    entryId: id(),
    ...stamp,
    asset: text(),
    action: text(),
    allocationUsd: nullableAmount<'money'>(),
    amount: nullableAmount<'quantity'>(),
    entryPrice: nullableAmount<'price'>(),
    tpPrice: nullableAmount<'price'>(),
    tpOid: nullableText(),
    slPrice: nullableAmount<'price'>(),
    slOid: nullableText(),
    exitPlan: text(),
    rationale: text(),
    orderResult: nullableText(),
    openedAt: nullableTime(),
    filled: p.boolean(),
  },
})

/** An entry of the trading diary. */
export class DiaryEntity extends DiarySchema.class {}

DiarySchema.setClass(DiaryEntity)
