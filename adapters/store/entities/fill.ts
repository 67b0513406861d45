import { defineEntity } from '@mikro-orm/core'
import type { FillRecord } from '../record.ts'
import { accountId, amount, id, nullableText, stamp, text } from './column.ts'

const FillSchema = defineEntity({
  name: 'FillEntity',
  tableName: 'fills',
  properties: {
    accountId: accountId(),
    tradeId: id(),
    ...stamp,
    clientOrderId: nullableText(),
    venueOrderId: text(),
    symbol: text(),
    side: text().$type<FillRecord['side']>(),
    quantity: amount<'quantity'>(),
    price: amount<'price'>(),
    fee: amount<'money'>(),
    liquidity: text().$type<FillRecord['liquidity']>(),
    reason: text().$type<FillRecord['reason']>(),
    leg: nullableText(),
    positionId: text(),
    realised: amount<'money'>(),
  },
})

/** An execution, once per trade id. */
export class FillEntity extends FillSchema.class {}

FillSchema.setClass(FillEntity)
