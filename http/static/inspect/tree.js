/** The list of actors: accounts with their positions, positions with their orders. */
import { el, say } from './dom.js'
import { spanWords, stateWords, toneOf } from './words.js'

/** Rows drawn at once; whoever has more accounts finds one by its name. */
const ROWS_MAX = 300

const depthOf = id => id.split('/').length - 1
const nameOf = ({ id }) => id.split('/').at(-1)

/** Parents before their children, accounts by name; only those of a path that holds the words. */
export const rowsOf = (actors, wanted) => {
  const word = wanted.trim().toLowerCase()
  const sorted = [...actors].sort((a, b) => (a.id < b.id ? -1 : 1))
  const found =
    word === '' ? sorted : sorted.filter(({ id, state }) => `${id} ${state}`.toLowerCase().includes(word))
  const kept = new Set(
    found.flatMap(({ id }) => id.split('/').map((_, at, path) => path.slice(0, at + 1).join('/'))),
  )
  return sorted.filter(({ id }) => kept.has(id))
}

/** The first ones, and the chosen one with those it belongs to wherever they are. */
export const shownOf = (all, chosen) => {
  if (all.length <= ROWS_MAX) return all
  const isOnPath = id => chosen !== null && (chosen === id || chosen.startsWith(`${id}/`))
  return all.filter(({ id }, at) => at < ROWS_MAX || isOnPath(id))
}

export const createTree = (list, more, onChoose) => {
  const rows = new Map()

  const rowOf = actor => {
    const known = rows.get(actor.id)
    if (known !== undefined) return known
    const state = el('span', { className: 'where' })
    const left = el('span', { className: 'left' })
    const button = el(
      'button',
      {
        type: 'button',
        className: `actor depth${depthOf(actor.id)}`,
        title: actor.id,
        data: { id: actor.id },
      },
      el('span', { className: 'dot' }),
      el('span', { className: 'who' }, nameOf(actor)),
      state,
      left,
    )
    button.addEventListener('click', () => onChoose(actor.id))
    const row = { node: el('li', {}, button), button, state, left }
    rows.set(actor.id, row)
    return row
  }

  list.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const buttons = [...list.querySelectorAll('button')]
    buttons[buttons.indexOf(document.activeElement) + step]?.focus()
  })

  let revealed = null
  /** Once for each choice: whoever scrolls the list is left where they are. */
  const reveal = chosen => {
    if (chosen === revealed) return
    const row = rows.get(chosen)
    if (row === undefined || !row.node.isConnected) return
    revealed = chosen
    const [own, frame] = [row.node.getBoundingClientRect(), list.parentElement.getBoundingClientRect()]
    // Only the list is moved, not the page around it.
    const isSeen = own.top >= frame.top && own.bottom <= frame.bottom
    if (!isSeen) list.parentElement.scrollTop += own.top - frame.top - frame.height / 3
  }

  return ({ actors, wanted, chosen, now }) => {
    const all = rowsOf(actors, wanted)
    const shown = shownOf(all, chosen)
    const nodes = shown.map(actor => {
      const { node, button, state, left } = rowOf(actor)
      button.dataset.tone = toneOf(actor.state)
      button.setAttribute('aria-current', String(actor.id === chosen))
      say(state, stateWords(actor.state))
      const until = actor.until === null || now === null ? null : Date.parse(actor.until) - now
      say(left, until === null || until <= 0 ? '' : spanWords(until))
      return node
    })
    const isSame =
      nodes.length === list.children.length && nodes.every((node, at) => list.children[at] === node)
    if (!isSame) {
      const focused = document.activeElement
      list.replaceChildren(...nodes)
      if (list.contains(focused)) focused.focus()
    }
    reveal(chosen)
    if (rows.size > 2 * shown.length + 50) {
      const kept = new Set(shown.map(({ id }) => id))
      for (const id of rows.keys()) if (!kept.has(id)) rows.delete(id)
    }
    say(more, all.length > shown.length ? `${all.length - shown.length} more; filter by name` : '')
  }
}
