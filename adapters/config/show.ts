/** The settings in force as a configuration file, with the source of each value beside it. */
import { Document, isCollection, isMap, isNode, isScalar, isSeq, visit } from 'yaml'
import type { LoadedSettings } from './load.ts'
import type { Origin } from './problem.ts'
import { type Path, pathText } from './tree.ts'
import type { EngineValues } from './values.ts'

const MASK = '***'

/** The address without its password. */
export const maskUrl = (url: string): string => {
  if (!URL.canParse(url)) return MASK
  const masked = new URL(url)
  if (masked.password !== '') masked.password = MASK
  for (const name of masked.searchParams.keys()) {
    if (/pass|secret|token|key/i.test(name)) masked.searchParams.set(name, MASK)
  }
  return masked.href
}

const maskedValues = ({ values }: LoadedSettings): EngineValues => {
  const url = values.database_url
  return { ...values, database_url: url === null || url === '' ? null : maskUrl(url) }
}

const sourceText = (origin: Origin): string => {
  if (origin.isSet !== undefined) {
    const { isSet, ...from } = origin
    return isSet ? `set, ${sourceText(from)}` : 'not set'
  }
  if (origin.source === 'default' || origin.source === 'env') return origin.name
  if (origin.source === 'flag') return `flag ${origin.name}`
  if (origin.source === 'store') return origin.name
  return `file ${origin.name}:${origin.line ?? 1}`
}

/** `database_url` is masked; everything else can be read back as a configuration file. */
export const showSettings = (loaded: LoadedSettings): string => {
  const document = new Document(maskedValues(loaded))
  const comment = (path: Path, node: { comment?: string | null }): void => {
    const origin = loaded.sources.get(pathText(path))
    if (origin !== undefined) node.comment = ` ${sourceText(origin)}`
  }
  const walk = (node: unknown, path: Path): void => {
    visit(node as Document, {
      Pair: (_, pair) => {
        const here = [...path, isScalar(pair.key) ? String(pair.key.value) : '']
        if (!isNode(pair.value)) return visit.SKIP
        // A group is where its parts are; the source is told beside each value.
        if (isMap(pair.value) && pair.value.items.length > 0) walk(pair.value, here)
        else if (isSeq(pair.value) && !pair.value.items.every(isScalar)) walk(pair.value, here)
        else {
          if (isCollection(pair.value)) pair.value.flow = true
          comment(here, pair.value)
        }
        return visit.SKIP
      },
      Seq: (_, list) => {
        for (const [index, item] of list.items.entries()) walk(item, [...path, index])
        return visit.SKIP
      },
    })
  }
  walk(document, [])
  return document.toString({ lineWidth: 0 })
}

/** The same as data, for `--json`: values and, beside them, the source of each by path. */
export const showSettingsJson = (
  loaded: LoadedSettings,
): { values: unknown; sources: Record<string, string> } => {
  return {
    values: maskedValues(loaded),
    sources: Object.fromEntries([...loaded.sources].map(([path, origin]) => [path, sourceText(origin)])),
  }
}
