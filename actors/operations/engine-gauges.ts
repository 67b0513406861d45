/** Gauges that are looked up for each scrape, from what is in memory. */
import type { Resources } from '../../domain/health.ts'
import type { EngineView } from '../engine-view.ts'
import type { Metric, Registry } from './metrics.ts'

/** Of `engine.performance`, by the name of its metric. Missing and infinite figures are left out. */
const FIGURES: Record<string, { name: string; help: string }> = {
  sharpe: { name: 'latch_account_sharpe', help: 'Sharpe ratio of daily returns, annual.' },
  sortino: { name: 'latch_account_sortino', help: 'Sortino ratio of daily returns, annual.' },
  winRatePercent: { name: 'latch_account_win_rate_percent', help: 'Closed trades that won.' },
  profitFactor: { name: 'latch_account_profit_factor', help: 'Gross win over gross loss.' },
  maxDrawdownPercent: { name: 'latch_account_max_drawdown_percent', help: 'Largest drawdown so far.' },
}

const CONDITIONS = { ok: 1, degraded: 0.5, failing: 0 } as const

export class EngineGauges {
  readonly #gauges: Record<string, Metric>
  readonly #figures: Record<string, Metric>

  constructor(registry: Registry) {
    const gauge = (name: string, help: string) => registry.gauge(name, help)
    this.#gauges = {
      up: gauge('latch_up', 'The engine gives its status.'),
      uptime: gauge('latch_uptime_seconds', 'Since the engine started.'),
      equity: gauge('latch_account_equity', 'Balance and open profit at mark, in quote currency.'),
      balance: gauge('latch_account_balance', 'Deposits and realised profit less fees and funding.'),
      pnl: gauge('latch_account_pnl', 'Profit by kind: realised, unrealised.'),
      returned: gauge('latch_account_return_percent', 'Return on the deposit.'),
      drawdown: gauge('latch_account_drawdown_percent', 'From peak equity.'),
      heat: gauge('latch_account_heat_percent', 'Loss if every stop fills, of equity.'),
      positions: gauge('latch_account_positions', 'Open positions, and entries on their way.'),
      state: gauge('latch_account_state', 'One for the status the account is in.'),
      naked: gauge('latch_account_unprotected_positions', 'Open positions without a confirmed stop.'),
      lag: gauge('latch_store_lag_facts', 'Facts that are not durable yet.'),
      age: gauge('latch_data_age_seconds', 'Age of the last candle in engine time.'),
      candles: gauge('latch_candles', 'Candles since the engine started.'),
      dependency: gauge('latch_dependency_up', 'One for ok, a half for degraded, zero for failing.'),
      cpu: registry.counter('process_cpu_seconds_total', 'Processor time of the engine.'),
      memory: gauge('process_resident_memory_bytes', 'Memory of the engine.'),
      heap: gauge('latch_heap_used_bytes', 'Memory of JavaScript values.'),
      handles: gauge('latch_open_handles', 'Sockets, timers and files that are open.'),
      free: gauge('latch_disk_free_bytes', 'Room on the disk of the data folder.'),
      disk: gauge('latch_disk_size_bytes', 'Size of the disk of the data folder.'),
      loop: gauge('latch_event_loop_lag_seconds', 'Lateness of the event loop since the last look.'),
    }
    this.#figures = Object.fromEntries(
      Object.entries(FIGURES).map(([key, { name, help }]) => [key, gauge(name, help)]),
    )
  }

  look(engine: EngineView, resources: Resources | null): void {
    for (const gauge of Object.values(this.#gauges)) gauge.clear()
    this.#lookAtMachine(resources)
    this.#lookAtEngine(engine)
    this.#lookAtAccounts(engine)
    this.#set('up', 1)
  }

  /** Figures of whole histories, which cost too much for every scrape: a job looks them up. */
  async lookAtFigures(engine: EngineView): Promise<void> {
    for (const gauge of Object.values(this.#figures)) gauge.clear()
    for (const { id } of engine.accounts()) {
      const figures = await engine.performance(id)
      for (const [key, gauge] of Object.entries(this.#figures)) {
        const value = Number(figures[key] ?? Number.NaN)
        if (Number.isFinite(value)) gauge.set(value, { account_id: id })
      }
    }
  }

  #set(name: string, value: number | null | undefined, labels: Record<string, string> = {}): void {
    if (value !== null && value !== undefined) this.#gauges[name]?.set(value, labels)
  }

  #lookAtEngine(engine: EngineView): void {
    const { uptimeSeconds, store, feed } = engine.status()
    this.#set('uptime', uptimeSeconds)
    this.#set('lag', store.lag)
    this.#set('age', feed.ageSeconds)
    this.#set('candles', feed.candles)
    for (const { kind, name, accountId, condition } of engine.ports?.() ?? []) {
      const account = accountId === null ? {} : { account_id: accountId }
      this.#set('dependency', CONDITIONS[condition], { kind, name, ...account })
    }
  }

  #lookAtAccounts(engine: EngineView): void {
    const naked = new Map<string, number>()
    for (const position of engine.positions()) {
      if (!position.protected) naked.set(position.accountId, (naked.get(position.accountId) ?? 0) + 1)
    }
    for (const account of engine.accounts()) {
      const labels = { account_id: account.id }
      this.#set('equity', Number(account.equity), labels)
      this.#set('balance', Number(account.balance), labels)
      this.#set('pnl', Number(account.realised), { ...labels, kind: 'realised' })
      this.#set('pnl', Number(account.unrealised), { ...labels, kind: 'unrealised' })
      this.#set('returned', Number(account.returnPercent), labels)
      this.#set('drawdown', Number(account.drawdownPercent), labels)
      this.#set('heat', Number(account.heatPercent), labels)
      this.#set('positions', account.positionsOpen, labels)
      this.#set('state', 1, { ...labels, status: account.status })
      this.#set('naked', naked.get(account.id) ?? 0, labels)
    }
  }

  #lookAtMachine(resources: Resources | null): void {
    if (resources === null) return
    this.#set('cpu', resources.cpuSeconds)
    this.#set('memory', resources.memoryBytes)
    this.#set('heap', resources.heapBytes)
    this.#set('handles', resources.openHandles)
    this.#set('free', resources.diskFreeBytes)
    this.#set('disk', resources.diskBytes)
    for (const [statistic, lagMs] of Object.entries(resources.loopLagMs)) {
      this.#set('loop', lagMs / 1000, { statistic })
    }
  }
}
