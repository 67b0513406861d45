import { defineEntity, p } from '@mikro-orm/core'
import type { ExitCondition } from '../../../domain/exit-plan/condition.ts'
import type { PositionRecord } from '../record.ts'
import {
  accountId,
  amount,
  id,
  json,
  nullableAmount,
  nullableText,
  nullableTime,
  stamp,
  text,
  time,
} from './column.ts'

const PositionSchema = defineEntity({
  name: 'PositionEntity',
  tableName: 'positions',
  properties: {
    accountId: accountId(),
    positionId: id(),
    ...stamp,
    symbol: text(),
    status: text().$type<PositionRecord['status']>(),
    side: text().$type<PositionRecord['side']>(),
    quantity: amount<'quantity'>(),
    entryPrice: nullableAmount<'price'>(),
    entryAt: time(),
    exitPrice: nullableAmount<'price'>(),
    exitAt: nullableTime(),
    exitReason: nullableText().$type<PositionRecord['exitReason']>(),
    exitCondition: p.json<ExitCondition>().strictNullable(),
    fees: amount<'money'>(),
    funding: amount<'money'>(),
    realised: amount<'money'>(),
    pnl: nullableAmount<'money'>(),
    rMultiple: p.decimal().strictNullable(),
    nakedSeconds: p.float(),
    stopPrice: nullableAmount<'price'>(),
    targetPrice: nullableAmount<'price'>(),
    stopOrderId: nullableText(),
    targetOrderId: nullableText(),
    decisionId: nullableText(),
    partials: json<PositionRecord['partials']>(),
    closedSeq: nullableTime(),
  },
})

/** A position from flat to flat. The database derives `return_ratio` and `duration_ms` of closed ones. */
export class PositionEntity extends PositionSchema.class {}

PositionSchema.setClass(PositionEntity)
