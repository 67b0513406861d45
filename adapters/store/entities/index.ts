/** Every entity of the store. None of them leaves this folder. */
import { AccountEntity } from './account.ts'
import { DecisionEntity } from './decision.ts'
import { DiaryEntity } from './diary.ts'
import { DocumentEntity } from './document.ts'
import { EquityEntity } from './equity.ts'
import { FactEntity } from './fact.ts'
import { FillEntity } from './fill.ts'
import { IntentEntity } from './intent.ts'
import { InteractionEntity } from './interaction.ts'
import { OrderEntity } from './order.ts'
import { PositionEntity } from './position.ts'
import { SnapshotEntity } from './snapshot.ts'

export const ENTITIES = [
  AccountEntity,
  DecisionEntity,
  DiaryEntity,
  DocumentEntity,
  EquityEntity,
  FactEntity,
  FillEntity,
  IntentEntity,
  InteractionEntity,
  OrderEntity,
  PositionEntity,
  SnapshotEntity,
]
