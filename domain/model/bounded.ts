/**
 * A document of parts that is made to fit a length: whole values are left out, the oldest and the least first, and the
 * document says which. Nothing is ever cut in the middle of a value.
 */
import { jsonText } from './context-json.ts'

/** One key of the document: a value, or a list whose first items are the oldest. */
export type Part = { key: string; text: string } | { key: string; items: readonly Item[] }

/** A value of a list; the extras are keys of it that may be left out. */
export type Item = { name: string; fields: string; extras: readonly { key: string; text: string }[] }

/** What may be left out next. */
export type Reduction =
  | { kind: 'oldest'; key: string }
  | { kind: 'part'; key: string }
  | { kind: 'extra'; key: string; item: string; extra: string }

export type Fitted = {
  text: string
  /** What was left out, as the document says it itself. */
  omitted: string[]
  /** False when it is too long with nothing left to leave out. */
  fits: boolean
}

const countOf = (done: readonly Reduction[], key: string): number =>
  done.filter(each => each.kind === 'oldest' && each.key === key).length

const omittedBy = (parts: readonly Part[], done: readonly Reduction[]): string[] => {
  const names: string[] = []
  for (const part of parts) {
    const count = countOf(done, part.key)
    if (count > 0 && 'items' in part) names.push(`${part.key}: the oldest ${count} of ${part.items.length}`)
  }
  for (const each of done) {
    if (each.kind === 'part') names.push(each.key)
    if (each.kind === 'extra') names.push(`${each.key}.${each.item}.${each.extra}`)
  }
  return names
}

const itemText = (item: Item, key: string, done: readonly Reduction[]): string => {
  const extras = item.extras.filter(
    ({ key: extra }) =>
      !done.some(
        each => each.kind === 'extra' && each.key === key && each.item === item.name && each.extra === extra,
      ),
  )
  const fields = [item.fields, ...extras.map(({ key: extra, text }) => `"${extra}":${text}`)]
  return `{${fields.filter(text => text !== '').join(',')}}`
}

const partText = (part: Part, done: readonly Reduction[]): string => {
  if ('text' in part) return `"${part.key}":${part.text}`
  const kept = part.items.slice(countOf(done, part.key)).map(item => itemText(item, part.key, done))
  return kept.length === 0 ? `"${part.key}":[]` : `"${part.key}":[\n${kept.join(',\n')}\n]`
}

const render = (parts: readonly Part[], done: readonly Reduction[], omitted: readonly string[]): string => {
  const gone = new Set(done.filter(each => each.kind === 'part').map(each => each.key))
  const texts = parts.filter(part => !gone.has(part.key)).map(part => partText(part, done))
  if (omitted.length > 0) texts.push(`"omitted":${jsonText(omitted)}`)
  return `{\n${texts.join(',\n')}\n}`
}

/** Leaves out as little as is needed, in the order of `plan`. The length is counted in UTF-16 units. */
export const fit = (parts: readonly Part[], plan: readonly Reduction[], charactersMax: number): Fitted => {
  for (let count = 0; ; count += 1) {
    const done = plan.slice(0, count)
    const omitted = omittedBy(parts, done)
    const text = render(parts, done, omitted)
    const fits = text.length <= charactersMax
    if (fits || count === plan.length) return { text, omitted, fits }
  }
}
