import { defineEntity, p } from '@mikro-orm/core'
import { accountId, json, time } from './column.ts'

const SnapshotSchema = defineEntity({
  name: 'SnapshotEntity',
  tableName: 'snapshots',
  properties: {
    accountId: accountId(),
    version: p.integer(),
    at: time(),
    body: json<unknown>().nullable(),
  },
})

/** Latest state of an account's actor tree. */
export class SnapshotEntity extends SnapshotSchema.class {}

SnapshotSchema.setClass(SnapshotEntity)
