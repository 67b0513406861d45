import { defineEntity } from '@mikro-orm/core'
import { id, json } from './column.ts'

const DocumentSchema = defineEntity({
  name: 'DocumentEntity',
  tableName: 'documents',
  properties: {
    key: id(),
    body: json<unknown>().nullable(),
  },
})

/** A named document of the engine. */
export class DocumentEntity extends DocumentSchema.class {}

DocumentSchema.setClass(DocumentEntity)
