/**
 * What a restart is made of: the stored snapshot of an account where it can be used, and its journal where it cannot.
 *
 * A rebuilt account has its ledger, its breakers (latched ones stay latched), the numbers of its positions' lives (so that
 * no client order id is used twice) and its open positions with their stops. The rest is the venue's to say, by the same
 * reconciliation as at any other start.
 */
import { createActor } from 'xstate'
import type { Fact } from '../domain/fact.ts'
import { openLedger, walletBalance } from '../domain/ledger.ts'
import type { StoredSnapshot, StoreReader } from '../domain/ports.ts'
import { openBreakers } from '../domain/risk/breakers.ts'
import type { AccountContext, AccountInput } from '../machines/account/context.ts'
import { positionSlot } from '../machines/account/setup.ts'
import { accountMachine } from '../machines/account.ts'
import type { PositionContext } from '../machines/position/context.ts'
import { summaryOf } from '../machines/position/update.ts'
import { changesPosition, foldAccount, foldPosition } from './fold.ts'
import { persist, restorable, SNAPSHOT_VERSION } from './persisted.ts'
import { everyRow } from './every-row.ts'

type Tree = { status: string; value: unknown; context: Record<string, unknown>; children?: Children }
type Children = Record<string, { src: unknown; snapshot: Tree }>

const fresh = (input: AccountInput): Tree =>
  JSON.parse(JSON.stringify(persist(createActor(accountMachine, { input })))) as Tree

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a context of today has and this one lacks; `null`: nothing. */
const missingIn = (context: unknown, model: Record<string, unknown>, path: string): string | null => {
  if (!isObject(context)) return path
  for (const [key, value] of Object.entries(model)) {
    if (!Object.hasOwn(context, key)) return `${path}.${key}`
    // Groups have fixed keys; what is below them may be keyed by asset.
    if (isObject(value) && !path.includes('.')) {
      const found = missingIn(context[key], value, `${path}.${key}`)
      if (found !== null && !['positions', 'slots', 'settings'].includes(key)) return found
    }
  }
  return null
}

/** The first actor of the tree that XState could not restore. */
const brokenIn = (
  snapshot: { status?: string; children?: Record<string, unknown> },
  id: string,
): string | null => {
  if (snapshot.status === 'error') return id
  for (const [slot, child] of Object.entries(snapshot.children ?? {})) {
    const inner = (child as { getSnapshot(): never } | undefined)?.getSnapshot()
    const broken = inner === undefined ? null : brokenIn(inner, `${id}/${slot}`)
    if (broken !== null) return broken
  }
  return null
}

/** Why a stored snapshot cannot be used; `null`: it can. Tried on machines without services, so nothing is asked or sent. */
export const rejectionOf = (snapshot: StoredSnapshot, input: AccountInput): string | null => {
  if (snapshot.version !== SNAPSHOT_VERSION) {
    return `it is of version ${snapshot.version}, this engine reads ${SNAPSHOT_VERSION}`
  }
  const body = snapshot.body as Tree
  if (!isObject(body) || !isObject(body.context)) return 'it is no state of an account'
  const model = fresh(input)
  const missing = missingIn(body.context, model.context, 'account')
  if (missing !== null) return `${missing} is missing`
  const position = Object.values(model.children ?? {})[0]
  for (const [slot, child] of Object.entries(body.children ?? {})) {
    const lost =
      position === undefined ? null : missingIn(child.snapshot?.context, position.snapshot.context, slot)
    if (lost !== null) return `${lost} is missing`
  }
  try {
    const broken = brokenIn(
      createActor(accountMachine, { input, snapshot: restorable(body) }).getSnapshot(),
      'account',
    )
    return broken === null ? null : `${broken} is in a state that this engine does not have`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Facts are listed by their time, and a fact may carry an earlier time than one before it: a trade that is closed has the
 * time of its last fill by the venue. They are folded as they were written.
 */
const factsOf = async (reader: StoreReader, accountId: string): Promise<Fact[]> => {
  const facts: Fact[] = []
  for await (const fact of everyRow(query => reader.facts(query), { accountId: [accountId] }))
    facts.push(fact)
  return facts.toSorted((one, other) => one.seq - other.seq)
}

/** Books of an account from its first fact on; where it stood when its state was lost is kept too. */
const books = (context: AccountContext, facts: readonly Fact[]): AccountContext => {
  const started = facts.find(fact => fact.type === 'account.started')
  const ledger = openLedger(started?.deposit ?? context.settings.deposit)
  const breakers = openBreakers(ledger.deposits, started?.at ?? context.timing.at)
  const folded = foldAccount({ ...context, ledger, breakers }, facts)
  const moved = facts.findLast(fact => fact.type === 'account.moved')
  return {
    ...folded,
    control: {
      ...folded.control,
      paused: moved?.to === 'paused',
      halted: moved?.to === 'halted' ? 'halted before its state was lost' : folded.control.halted,
    },
    equity: { value: walletBalance(folded.ledger), at: context.timing.at },
    timing: context.timing,
  }
}

/** A tree with what its facts say since it was kept; positions that changed begin anew from their books. */
const withFacts = (tree: Tree, facts: readonly Fact[], at: number, symbols: readonly string[]): Tree => {
  const positions = { ...(tree.context as unknown as AccountContext).positions }
  const children = { ...tree.children }
  for (const symbol of symbols) {
    const child = children[positionSlot(symbol)]
    if (child === undefined) continue
    const before = child.snapshot.context as unknown as PositionContext
    const context = foldPosition(before, facts, at)
    const isAnew = changesPosition(before, facts)
    const snapshot = { ...child.snapshot, context: context as unknown as Tree['context'] }
    if (!isAnew) {
      children[positionSlot(symbol)] = { ...child, snapshot }
      continue
    }
    const phase = phaseOf(context)
    const value = phase === 'closing' ? { closing: 'sweeping' } : phase
    positions[symbol] = summaryOf(context, phase)
    children[positionSlot(symbol)] = { ...child, snapshot: { ...snapshot, value, children: {} } }
  }
  return { ...tree, children, context: { ...tree.context, positions } }
}

/** At rest, and what is open goes on from there; a life that has ended flat only has to be written down. */
const phaseOf = ({ book, life, timing }: PositionContext): 'closing' | 'cooldown' | 'idle' => {
  if (book.direction !== null) return 'idle'
  if (life !== null) return 'closing'
  return timing.until === null ? 'idle' : 'cooldown'
}

/** The state of an account that failed: as it was last kept, with every fact since. */
export const caughtUp = (
  saved: unknown,
  facts: readonly Fact[],
  input: AccountInput,
  at: number,
): unknown => {
  const tree = structuredClone(saved ?? fresh(input)) as Tree
  const context = foldAccount(tree.context as unknown as AccountContext, facts)
  const folded = { ...tree, context: context as unknown as Tree['context'] }
  return withFacts(folded, facts, at, Object.keys(context.slots))
}

/** The state of an account by its journal, as a snapshot that is restored like any other. */
export const rebuild = async (reader: StoreReader, input: AccountInput): Promise<StoredSnapshot> => {
  const { id } = input.settings
  const facts = await factsOf(reader, id)
  const tree = fresh(input)
  const context = books(tree.context as unknown as AccountContext, facts)
  const body = withFacts({ ...tree, context }, facts, input.at, Object.keys(input.positions))
  return { accountId: id, version: SNAPSHOT_VERSION, at: input.at, body }
}
