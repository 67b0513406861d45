/**
 * Canonical asset names. Venues, data files and people write one asset in many ways (`BTCUSDT`, `BTC-USDT`, `BTC/USDT`,
 * `btc_usdt_perp`, `BTC/USDT:USDT`); inside the engine it is `BTC` everywhere.
 */

/**
 * Quote currencies that are dropped from a pair, longest first. The discontinued BUSD is left out on purpose: with it
 * `BNBUSD` would be read as `BN`.
 */
const QUOTES = ['FDUSD', 'USDT', 'USDC', 'USD'] as const

/** Assets that were renamed; old data files and habits still carry the old name. */
const ALIASES: Readonly<Record<string, string>> = { MATIC: 'POL', XBT: 'BTC' }

const SHAPE = /^[A-Z0-9]{1,20}$/
const CONTRACT_SUFFIX = /[-_/]?(?:PERP|SWAP|PERPETUAL)$/
const SEPARATOR = /[-_/]/

const withoutQuote = (pair: string): string => {
  if (QUOTES.some(quote => quote === pair)) return pair
  const quote = QUOTES.find(each => pair.length > each.length && pair.endsWith(each))
  return quote === undefined ? pair : pair.slice(0, -quote.length)
}

/** The canonical name of an asset or pair; `null` when the text is no symbol at all. */
export const canonicalSymbol = (text: string): string | null => {
  const plain = text.trim().toUpperCase().replace(/:.*$/, '')
  const pair = plain.replace(CONTRACT_SUFFIX, '') || plain
  const [base, quote, ...rest] = pair.split(SEPARATOR)
  if (base === undefined || rest.length > 0) return null
  if (quote !== undefined && !QUOTES.some(each => each === quote)) return null
  const asset = quote === undefined ? withoutQuote(base) : base
  if (!SHAPE.test(asset)) return null
  return Object.hasOwn(ALIASES, asset) ? (ALIASES[asset] as string) : asset
}
