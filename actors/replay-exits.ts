/** Exits that were sent while the store was down, brought into the journal at the next start. */
import type { StoreReader } from '../domain/ports.ts'
import type { ExitJournal } from './exit-journal.ts'
import type { System } from './system.ts'

/** Their intents, each once. */
export const replayExits = async (system: System, reader: StoreReader, exits: ExitJournal): Promise<void> => {
  const { journal } = system
  journal.onDurable = () => exits.clear()
  for (const { accountId, at, intent } of exits.read()) {
    const query = {
      accountId: [accountId],
      action: 'intent.recorded',
      symbol: intent.request.symbol,
      limit: 200,
    }
    const { items } = await reader.facts(query)
    const { clientOrderId } = intent.request
    const isKnown = items.some(
      fact => fact.type === 'intent.recorded' && fact.request.clientOrderId === clientOrderId,
    )
    if (!isKnown) journal.record(accountId, at, intent)
  }
}
