/** What the bench was asked to do. */
import { parseArgs } from 'node:util'

export const SECTIONS = [
  'backtest',
  'cycles',
  'accounts',
  'start',
  'recovery',
  'store',
  'streams',
  'http',
] as const
export type Section = (typeof SECTIONS)[number]

export type BenchOptions = {
  /** Folder of candle files; `null`: generated candles. */
  candles: string | null
  rounds: number
  accounts: number
  /** Accounts of a start that recovers. */
  recovering: number
  /** WebSocket clients of the event stream. */
  clients: number
  sections: ReadonlySet<Section>
  json: boolean
}

export const USAGE = `npm run bench -- [options]
  --candles DIR    candle files to run on (or LATCH_CANDLES); without: generated ones
  --rounds N       rounds per figure, 5 if not given
  --accounts N     accounts in one process, 10000 if not given
  --recovering N   accounts that a start has to bring back, 1000 if not given
  --clients N      WebSocket clients of the event stream, 500 if not given
  --only A,B       of ${SECTIONS.join(', ')}
  --json           JSON instead of tables`

const wholeNumber = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`--${name} must be a whole number above 0, got ${text}\n${USAGE}`)
}

const sectionOf = (text: string): Section => {
  const found = SECTIONS.find(each => each === text)
  if (found !== undefined) return found
  throw new Error(`--only knows ${SECTIONS.join(', ')}, not ${text}\n${USAGE}`)
}

/** Throws an `Error` that shows the usage. */
export const readOptions = (words: string[], env: NodeJS.ProcessEnv): BenchOptions => {
  const { values } = parseArgs({
    args: words,
    options: {
      candles: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      accounts: { type: 'string', default: '10000' },
      recovering: { type: 'string', default: '1000' },
      clients: { type: 'string', default: '500' },
      only: { type: 'string', default: SECTIONS.join(',') },
      json: { type: 'boolean', default: false },
    },
  })
  return {
    candles: values.candles ?? (env['LATCH_CANDLES'] || null),
    rounds: wholeNumber('rounds', values.rounds),
    accounts: wholeNumber('accounts', values.accounts),
    recovering: wholeNumber('recovering', values.recovering),
    clients: wholeNumber('clients', values.clients),
    sections: new Set(values.only.split(',').map(sectionOf)),
    json: values.json,
  }
}
