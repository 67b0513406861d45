/**
 * Agents: whoever forms an opinion of a market. Rules go by the label of their strategy (`signals`, `analysts`, `hybrid`, the
 * name of a strategy file), a model by its own name. What they said is in the decisions, what models were asked is in the
 * log of calls; nothing is kept for agents alone.
 */
import { strategyLabel } from '../domain/deliberate.ts'
import { DAY_MS } from '../domain/interval.ts'
import type { DecisionRow, RowQuery, StoreReader } from '../domain/ports.ts'
import type { AccountSettings } from '../domain/settings.ts'

/** Label of the strategy whose opinions are those of its model alone. */
const OF_MODEL = 'llm'

type Naming = Pick<AccountSettings, 'id' | 'strategy' | 'model'>

/** How the agent behind a decision is called. One of a model is told as that of the model its account asks now. */
export const agentNames = (accounts: readonly Naming[]) => {
  const models = new Map(accounts.map(({ id, model }) => [id, model?.name]))
  return ({ accountId, strategy }: Pick<DecisionRow, 'accountId' | 'strategy'>): string =>
    strategy === OF_MODEL ? (models.get(accountId) ?? OF_MODEL) : strategy
}

/**
 * The decisions of an agent as a query for the store. `seen`: accounts of whoever asks; `undefined`: all. An agent that no
 * account has now is taken for the label of a strategy, so that what it said stays readable.
 */
export const agentFilter = (
  accounts: readonly Naming[],
  agent: string | undefined,
  seen: string[] | undefined,
): { accountId?: string[] | undefined; source?: string } => {
  if (agent === undefined) return { accountId: seen }
  const asking = accounts.filter(({ strategy, model }) => {
    return strategyLabel(strategy.name) === OF_MODEL && model?.name === agent
  })
  if (asking.length === 0) return { accountId: seen, source: agent }
  const ids = asking.map(each => each.id)
  return { accountId: seen === undefined ? ids : ids.filter(id => seen.includes(id)), source: OF_MODEL }
}

export type AgentRow = {
  name: string
  kind: 'rules' | 'model'
  accountIds: string[]
  /** All that the store keeps: decisions of rules, questions to a model. */
  runs: number
  errors: number
  executions24h: number
  /** Mean, ms; of rules since this process began, of a model over its newest calls of 24 h. `null`: none. */
  durationMs: number | null
  lastRunAt: number | null
  lastError: { at: number; message: string } | null
}

export type Timing = (accountId: string) => { runs: number; totalMs: number }

type Sources = { reader: StoreReader; timing: Timing; now: number }
type Agent = { name: string; kind: AgentRow['kind']; accountIds: string[] }

/** Newest calls of a model that its duration is the mean of. */
const TIMED_CALLS = 500

/** The agents of these accounts as they are set up now, by name; nothing is read for it. */
export const agentsOf = (accounts: readonly Naming[]): Agent[] => {
  const found = new Map<string, Agent>()
  const add = (kind: Agent['kind'], name: string, accountId: string): void => {
    const key = `${name}/${kind}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { name, kind, accountIds: [accountId] })
    else known.accountIds.push(accountId)
  }
  for (const { id, strategy, model } of accounts) {
    const label = strategyLabel(strategy.name)
    if (label !== OF_MODEL || model === null) add('rules', label, id)
    if (model === null) continue
    for (const name of new Set([model.name, ...model.fallbacks])) add('model', name, id)
  }
  return [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

const ofRules = async ({ reader, timing, now }: Sources, agent: Agent): Promise<AgentRow> => {
  const query: RowQuery = { accountId: agent.accountIds, source: agent.name, limit: 1 }
  const [runs, failures, today] = await Promise.all([
    reader.signals(query),
    reader.decisions({ ...query, code: 'strategy_failed' }),
    reader.signals({ ...query, from: now - DAY_MS }),
  ])
  const timings = agent.accountIds.map(timing)
  const timed = timings.reduce((sum, each) => sum + each.runs, 0)
  const totalMs = timings.reduce((sum, each) => sum + each.totalMs, 0)
  const [failure] = failures.items
  return {
    ...agent,
    runs: runs.total,
    errors: failures.total,
    executions24h: today.total,
    durationMs: timed === 0 ? null : totalMs / timed,
    lastRunAt: runs.items[0]?.at ?? null,
    lastError: failure === undefined ? null : { at: failure.at, message: failure.proposal.rationale },
  }
}

const ofModel = async ({ reader, now }: Sources, agent: Agent): Promise<AgentRow> => {
  const query: RowQuery = { accountId: agent.accountIds, model: agent.name, limit: 1 }
  const [runs, failed, rejected, today] = await Promise.all([
    reader.calls(query),
    reader.calls({ ...query, status: 'failed' }),
    reader.calls({ ...query, status: 'rejected' }),
    reader.calls({ ...query, from: now - DAY_MS, limit: TIMED_CALLS }),
  ])
  const [error] = [...failed.items, ...rejected.items].toSorted((one, other) => other.at - one.at)
  const totalMs = today.items.reduce((sum, each) => sum + each.latencyMs, 0)
  return {
    ...agent,
    runs: runs.total,
    errors: failed.total + rejected.total,
    executions24h: today.total,
    durationMs: today.items.length === 0 ? null : totalMs / today.items.length,
    lastRunAt: runs.items[0]?.at ?? null,
    lastError: error === undefined ? null : { at: error.at, message: error.problem ?? error.outcome },
  }
}

/** How the runs of these agents went. One after the other: each is several counts of all that is stored of it. */
export const agentsView = async (sources: Sources, agents: readonly Agent[]): Promise<AgentRow[]> => {
  const rows: AgentRow[] = []
  for (const agent of agents) {
    rows.push(await (agent.kind === 'rules' ? ofRules(sources, agent) : ofModel(sources, agent)))
  }
  return rows
}
