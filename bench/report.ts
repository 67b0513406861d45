/** The figures of a run, and how they are printed. */
import { cpus, totalmem } from 'node:os'
import { type Column, table } from '../cli/output/table.ts'
import { terminalOf } from '../cli/output/terminal.ts'
import type { AccountsRow } from './accounts.ts'
import type { BacktestRow } from './backtest.ts'
import type { CycleRow } from './cycles.ts'
import type { HttpFigures, HttpRow } from './http.ts'
import type { RecoveryRow } from './recovery.ts'
import type { StartRow } from './startup.ts'
import type { StoreRow } from './store.ts'
import type { StreamsRow } from './streams.ts'

export type Report = {
  hardware: { model: string; cores: number; memoryBytes: number; node: string; platform: string }
  candles: { origin: string; load: { name: string; ms: number }[] } | null
  backtest: BacktestRow[]
  cycles: CycleRow[]
  accounts: AccountsRow | null
  start: StartRow[]
  recovery: RecoveryRow | null
  store: StoreRow[]
  streams: StreamsRow | null
  http: HttpFigures | null
}

export const hardware = (): Report['hardware'] => ({
  model: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
})

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const tenth = (value: number): string => value.toFixed(1)
const GIB = 1024 ** 3

const BACKTEST: Column<BacktestRow>[] = [
  { title: 'symbols', value: row => row.symbols },
  { title: 'attention', value: row => row.mode },
  { title: 'candles', value: row => whole(row.candles) },
  { title: 'trades', value: row => whole(row.trades) },
  { title: 'candles/s', value: row => whole(row.candlesPerSecond) },
  { title: 'best', value: row => whole(row.bestCandlesPerSecond) },
  { title: 'µs/candle', value: row => (1e6 / row.candlesPerSecond).toFixed(2) },
  { title: 'times plain', value: row => tenth(row.timesPlain) },
]

const HTTP: Column<HttpRow>[] = [
  { title: 'path', value: row => row.path },
  { title: 'requests/s', value: row => whole(row.requestsPerSecond) },
  { title: 'p50 ms', value: row => tenth(row.p50Ms) },
  { title: 'p99 ms', value: row => tenth(row.p99Ms) },
  { title: 'KiB', value: row => tenth(row.bytes / 1024) },
]

const httpParts = (
  { accounts, clients, rows, rssBytes }: HttpFigures,
  terminal: ReturnType<typeof terminalOf>,
): string[] => {
  const mib = (bytes: number) => `${whole(bytes / 1024 ** 2)} MiB`
  const memory = `${mib(rssBytes.alone)} alone, ${mib(rssBytes.withClients)} with ${clients} clients connected`
  return [`Reads over HTTP, ${whole(accounts)} accounts: ${memory}`, table(HTTP, rows, terminal)]
}

const CYCLES: Column<CycleRow>[] = [
  { title: 'what', value: row => row.what },
  { title: 'µs', value: row => tenth(row.micros) },
  { title: 'best', value: row => tenth(row.bestMicros) },
]

const START: Column<StartRow>[] = [
  { title: 'start', value: row => row.what },
  { title: 'ms', value: row => whole(row.ms) },
]

const STORE: Column<StoreRow>[] = [
  { title: 'facts per batch', value: row => row.batch },
  { title: 'facts', value: row => whole(row.facts) },
  { title: 'facts/s', value: row => whole(row.factsPerSecond) },
  { title: 'open ms', value: row => whole(row.openMs) },
]

const accountLines = (row: AccountsRow): string[] => [
  `${whole(row.accounts)} accounts in one process, each with a protected position:`,
  `  heap per account: ${tenth(row.openBytes / 1024)} KiB with the position, ${tenth(row.flatBytes / 1024)} KiB flat`,
  `  memory of the process: ${(row.rssBytes / GIB).toFixed(2)} GiB`,
  `  µs to open an account: ${whole(row.openMicros)}, to decide, enter and protect: ${whole(row.entryMicros)}`,
]

const recoveryLines = (row: RecoveryRow): string[] => [
  `${whole(row.accounts)} accounts, each with an open position, started again:`,
  `  reconciled and protected: ${whole(row.protectedMs)} ms from the start of the process (best ${whole(row.bestProtectedMs)})`,
  `  on the way: code loaded ${whole(row.loadedMs)} ms, store open ${whole(row.storeMs)} ms, accounts restored ${whole(row.restoredMs)} ms`,
  `  times plain: ${tenth(row.timesPlain)}`,
]

const spread = ({ p50, p99, max }: StreamsRow['latencyMs']): string =>
  `p50 ${tenth(p50)}, p99 ${tenth(p99)}, max ${tenth(max)} ms`

const streamLines = (row: StreamsRow): string[] => [
  `${whole(row.clients)} WebSocket clients, each told ${whole(row.events)} events of ${whole(row.accounts)} accounts, ${whole(row.eventsPerSecond)} a second:`,
  `  told everything without a gap: ${whole(row.complete)} clients; the one that never reads was cut with ${row.cutWith}`,
  `  from emission to arrival: ${spread(row.latencyMs)}`,
  `  lag of the event loop: ${spread(row.loopLagMs)}; CPU ${(row.cpu * 100).toFixed(0)} % of a core, ${whole(row.rssBytes / 1024 ** 2)} MiB`,
]

/** The report as plain tables, without a newline at the end. */
export const text = (report: Report): string => {
  const terminal = terminalOf(process.stdout, process.env)
  const { model, cores, memoryBytes, node, platform } = report.hardware
  const parts = [`${model}, ${cores} cores, ${tenth(memoryBytes / GIB)} GiB, node ${node}, ${platform}`]
  if (report.candles !== null) {
    const load = report.candles.load.map(({ name, ms }) => `${name} ${tenth(ms)} ms`).join(', ')
    parts.push(`candles: ${report.candles.origin}; ${load}`)
  }
  if (report.backtest.length > 0) parts.push(table(BACKTEST, report.backtest, terminal))
  if (report.cycles.length > 0) parts.push(table(CYCLES, report.cycles, terminal))
  if (report.accounts !== null) parts.push(accountLines(report.accounts).join('\n'))
  if (report.start.length > 0) parts.push(table(START, report.start, terminal))
  if (report.recovery !== null) parts.push(recoveryLines(report.recovery).join('\n'))
  if (report.store.length > 0) parts.push(table(STORE, report.store, terminal))
  if (report.streams !== null) parts.push(streamLines(report.streams).join('\n'))
  if (report.http !== null) parts.push(...httpParts(report.http, terminal))
  return parts.join('\n\n')
}
