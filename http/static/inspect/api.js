/** What the page asks of the engine, under whatever credentials the browser holds for it. */

// Absolute, since a page opened with credentials in its address may not fetch relative ones.
const base = (globalThis.location?.origin ?? '') + (document.body.dataset.base ?? '')

export const ask = async path => {
  const response = await fetch(`${base}${path}`, { headers: { Accept: 'application/json' } })
  if (response.ok) return response.json()
  const problem = await response.json().catch(() => ({}))
  throw new Error(
    response.status === 401
      ? 'the engine asks for a token: reload the page and give it as password'
      : (problem.detail ?? `the engine answered ${response.status}`),
  )
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

const TYPES = 'transition,account.moved,position.moved,control.commanded'

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
