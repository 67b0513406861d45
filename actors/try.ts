import { loadSettings } from '../adapters/config/load.ts'
import { loadCandleFolder } from '../adapters/market/candle-folder.ts'
import { seriesSource } from '../adapters/market/series-source.ts'
import { paperInstruments } from '../adapters/market/instruments.ts'
import { runBacktest } from './backtest.ts'
import { loadStrategies } from './load-strategy.ts'
const sym = process.argv[2] ?? 'BTC'
const att = (process.argv[3] ?? 'changes') as any
const { settings } = loadSettings({ file: process.argv[4] ?? '/work/main/profiles/ema-cross.yaml', env: {}, flags: { assets: sym.split(',') } as any, cwd: '/work/main' }) as any
const s = settings
const series = await loadCandleFolder({ directory: '/work/shared/data/candles', symbols: sym.split(','), interval: '5m', dataDir: '/tmp/latch-data', from: null, to: null, allowGaps: false })
const source = seriesSource(series, paperInstruments(series, s.instruments))
const startAt = Math.min(...series.map(x => x.openAt[0] as number))
const r = await runBacktest({ settings: s, source, strategies: await loadStrategies(s.accounts), startAt, attention: att })
for (const a of r.accounts) console.log(a.id, 'trades', a.trades.length, 'net', a.trades.reduce((t, x) => t + Number(x.pnl), 0).toFixed(2), 'open', a.openPositions.length, a.equityStart, a.equityEnd)
console.log(r.candles, r.candlesPerSecond, r.nakedSecondsMax, r.refusals, r.journalHash)
if (process.argv[5]) console.log(JSON.stringify(r.accounts[0].trades.slice(0, 2), null, 1))
