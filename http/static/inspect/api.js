/** What the page asks of the engine, under whatever credentials the browser holds for it. */

// Absolute, since a page opened with credentials in its address may not fetch relative ones.
const base = (globalThis.location?.origin ?? '') + (document.body.dataset.base ?? '')

/** Real ms after which an answer is not waited for any more. */
const ANSWER_MS = 8_000

export const ask = async path => {
  const response = await fetch(`${base}${path}`, {
    headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => {
    throw new Error('the engine does not answer')
  })
  if (response.ok) return response.json()
  const problem = await response.json().catch(() => ({}))
  const why =
    response.status === 401
      ? 'the engine asks for a token: reload the page and give it as password'
      : (problem.detail ?? `the engine answered ${response.status}`).replace(/\.$/, '')
  throw Object.assign(new Error(why), { status: response.status })
}

/** Every page of a list. */
export const askAll = async (path, pagesMax = 20) => {
  const items = []
  let cursor = null
  for (let page = 0; page < pagesMax; page += 1) {
    const mark = path.includes('?') ? '&' : '?'
    const answer = await ask(`${path}${cursor === null ? '' : `${mark}cursor=${encodeURIComponent(cursor)}`}`)
    items.push(...answer.items)
    cursor = answer.next
    if (cursor === null) break
  }
  return items
}

const TYPES = [
  'transition',
  'account.started',
  'account.administered',
  'account.moved',
  'position.moved',
  'control.commanded',
].join(',')

/** Live steps; `onState` hears `open`, `waiting` or `closed`. */
export const listen = ({ onEvent, onState }) => {
  const source = new EventSource(`${base}/events?types=${encodeURIComponent(TYPES)}`)
  source.addEventListener('opened', message => onState('open', JSON.parse(message.data)))
  for (const kind of ['transition', 'fact']) {
    source.addEventListener(kind, message => onEvent(JSON.parse(message.data)))
  }
  source.addEventListener('error', () =>
    onState(source.readyState === EventSource.CLOSED ? 'closed' : 'waiting', null),
  )
  return () => source.close()
}
