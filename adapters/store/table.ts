/** What the writer and the reader must know of each table: its entity, its key, and how often its rows change. */
import type { EntityClass } from '@mikro-orm/core'
import { AccountEntity } from './entities/account.ts'
import { DecisionEntity } from './entities/decision.ts'
import { DiaryEntity } from './entities/diary.ts'
import { EquityEntity } from './entities/equity.ts'
import { FactEntity } from './entities/fact.ts'
import { FillEntity } from './entities/fill.ts'
import { IntentEntity } from './entities/intent.ts'
import { InteractionEntity } from './entities/interaction.ts'
import { OrderEntity } from './entities/order.ts'
import { PositionEntity } from './entities/position.ts'
import type { TableName, Tables } from './record.ts'

export type Table<Name extends TableName> = {
  entity: EntityClass<Tables[Name]>
  /** Second half of the key; `null` where the account is the key. */
  key: (keyof Tables[Name] & string) | null
  /** `once`: a row that is there already is an error. `replace`: it gets the new content. */
  write: 'once' | 'replace'
}

export const TABLES: { [Name in TableName]: Table<Name> } = {
  facts: { entity: FactEntity, key: 'seq', write: 'once' },
  accounts: { entity: AccountEntity, key: null, write: 'replace' },
  intents: { entity: IntentEntity, key: 'clientOrderId', write: 'replace' },
  orders: { entity: OrderEntity, key: 'clientOrderId', write: 'replace' },
  fills: { entity: FillEntity, key: 'tradeId', write: 'once' },
  positions: { entity: PositionEntity, key: 'positionId', write: 'replace' },
  decisions: { entity: DecisionEntity, key: 'decisionId', write: 'replace' },
  diary: { entity: DiaryEntity, key: 'entryId', write: 'replace' },
  equity: { entity: EquityEntity, key: 'seq', write: 'once' },
  interactions: { entity: InteractionEntity, key: 'seq', write: 'once' },
}
