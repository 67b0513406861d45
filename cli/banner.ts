/** What a running engine says in the terminal: how it starts, what happens, how it stands at the end. */
import { join } from 'node:path'
import type { Engine } from '../actors/engine.ts'
import type { AccountSummary, EngineEvent } from '../actors/engine-view.ts'
import type { Fact } from '../domain/fact.ts'
import type { EngineSettings } from '../domain/settings.ts'
import { visible } from '../domain/text.ts'
import { dec } from '../domain/units.ts'
import { type Column, table } from './output/table.ts'
import { paint, type Style, type Terminal } from './output/terminal.ts'
import { TOKEN_FILE } from './token.ts'

const time = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
const two = (value: string): string => dec(value).toFixed(2)
const shortPrice = (value: string): string => dec(value).toSignificantDigits(7).toFixed()

const COLUMNS: Column<AccountSummary>[] = [
  {
    title: 'account',
    value: row => (row.shadowOf === null ? row.id : `${row.id} (shadow of ${row.shadowOf})`),
  },
  { title: 'strategy', value: row => row.strategy },
  { title: 'assets', value: row => row.assets.join(' ') },
  { title: 'every', value: row => row.interval },
  { title: 'state', value: row => row.state },
  { title: 'open', value: row => row.positionsOpen },
  { title: 'equity', value: row => two(row.equity) },
  {
    title: 'return %',
    value: row => two(row.returnPercent),
    style: row => (dec(row.returnPercent).isNeg() ? 'red' : 'green'),
  },
]

export const banner = (
  engine: Engine,
  settings: EngineSettings,
  door: { url: string | null; token: string | null; terminal: Terminal },
): string => {
  const { terminal, url, token } = door
  const speed = settings.speed === 'max' ? 'as fast as it goes' : `${settings.speed} × real time`
  const feed =
    settings.feed.kind === 'generated'
      ? `generated market, seed ${settings.feed.seed}`
      : `stored candles of ${settings.feed.directory}`
  const lines = [
    '',
    `${paint(terminal, 'bold', 'Latch')}  ${paint(terminal, 'yellow', 'PAPER')}  ${visible(feed)}, ${speed}`,
    `${engine.resumed ? 'Continues' : 'Starts'} at ${time(engine.status().now)} UTC market time; everything is kept in ${visible(settings.dataDir)}`,
    '',
    table(COLUMNS, engine.accounts(), terminal),
    '',
  ]
  if (url !== null) {
    lines.push(
      `Listening on ${paint(terminal, 'cyan', url)}  (docs at ${url}/docs, its machines at ${url}/inspect)`,
    )
    if (token !== null) {
      lines.push(
        `Token, shown only now: ${paint(terminal, 'bold', token)}`,
        `  curl -H 'Authorization: Bearer ${token}' ${url}/accounts`,
      )
    } else
      lines.push(
        `Token: as printed at the first start; also in ${visible(join(settings.dataDir, TOKEN_FILE))}`,
      )
    if (settings.api.publicRead) {
      lines.push(
        paint(terminal, 'yellow', 'Anybody who reaches it reads without a token; commands need one.'),
      )
    }
    if (url.startsWith('http:') && !/127\.0\.0\.1|localhost|\[::1\]/.test(url)) {
      lines.push(
        paint(
          terminal,
          'yellow',
          'Reachable from other machines without TLS; API_HOST=127.0.0.1 keeps it to this one.',
        ),
      )
    }
  }
  lines.push(
    'Ctrl-C stops; started again, it goes on where it was. Paper money: no order can reach a real venue.',
    '',
  )
  return `${lines.join('\n')}\n`
}

export const summary = (engine: Engine, terminal: Terminal): string =>
  `\n${table(COLUMNS, engine.accounts(), terminal)}\n${time(engine.status().now)} UTC market time; journal ${engine.journalHash().slice(0, 16)}…\n`

const line = (terminal: Terminal, at: number, accountId: string, style: Style | null, text: string): string =>
  `${paint(terminal, 'dim', time(at))}  ${accountId.padEnd(10)}  ${paint(terminal, style, visible(text))}\n`

/** The facts worth a line; everything else is in the journal. */
const factText = (fact: Fact): { text: string; style: Style | null } | null => {
  switch (fact.type) {
    case 'decision.recorded': {
      const { outcome, symbol, proposal, code } = fact.decision
      if (outcome === 'approved')
        return { text: `${symbol} ${proposal.action}: ${proposal.rationale}`, style: 'cyan' }
      if (outcome === 'refused')
        return { text: `${symbol} ${proposal.action} refused: ${code}`, style: 'yellow' }
      return null
    }
    case 'position.opened':
      return {
        text: `${fact.symbol} ${fact.side} ${fact.quantity} at ${shortPrice(fact.entryPrice)}`,
        style: 'bold',
      }
    case 'protection.confirmed': {
      const target = fact.targetPrice === null ? '' : `, target ${shortPrice(fact.targetPrice)}`
      return {
        text: `${fact.symbol} stop ${shortPrice(fact.stopPrice)}${target} confirmed after ${fact.nakedMs / 1000} s`,
        style: null,
      }
    }
    case 'trade.closed': {
      const { symbol, side, exitReason, exitPrice, pnl } = fact.trade
      return {
        text: `${symbol} ${side} closed by ${exitReason} at ${shortPrice(exitPrice)}: ${two(pnl)} net`,
        style: dec(pnl).isNeg() ? 'red' : 'green',
      }
    }
    case 'limit.tripped':
      return { text: `${fact.limit} tripped: ${fact.actual} of ${fact.line}`, style: 'red' }
    case 'limit.rearmed':
      return { text: `${fact.limit} re-armed`, style: 'green' }
    case 'control.commanded': {
      const what = fact.symbol === null ? fact.command : `${fact.command} ${fact.symbol}`
      return {
        text: `${what}, said by ${fact.by}${fact.reason === null ? '' : `: ${fact.reason}`}`,
        style: 'bold',
      }
    }
    case 'control.acknowledged':
      return fact.done
        ? { text: `${fact.command} done`, style: 'green' }
        : { text: `${fact.command} not done: ${fact.remaining.join('; ')}`, style: 'red' }
    case 'account.failed':
      return { text: `failed: ${fact.message}`, style: 'red' }
    case 'reconcile.differed':
      return {
        text: `${fact.what} differed: ours ${fact.ours}, venue ${fact.theirs}; ${fact.action}`,
        style: 'yellow',
      }
    default:
      return null
  }
}

/** A reporter that says a refusal once, not at every candle that meets it again. */
export const createNews = (terminal: Terminal): ((event: EngineEvent) => string | null) => {
  const said = new Map<string, string>()
  return event => {
    if (event.kind !== 'fact') return null
    if (event.fact.type === 'decision.recorded') {
      const { symbol, outcome, code } = event.fact.decision
      const key = `${event.accountId} ${symbol}`
      const news = `${outcome} ${code}`
      const isOld = outcome === 'refused' && said.get(key) === news
      said.set(key, news)
      if (isOld) return null
    }
    const news = factText(event.fact)
    return news === null ? null : line(terminal, event.at, event.accountId, news.style, news.text)
  }
}
