/**
 * Reads YAML into plain values, remembering where each one stands.
 *
 * Everything that makes the text ambiguous or dangerous is a problem here: syntax, keys given twice, aliases that
 * multiply, unknown tags, numbers that a computer cannot hold as written, variables that are not set.
 */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
} from 'yaml'
import { dec } from '../../domain/units.ts'
import { type Environment, interpolate } from './interpolate.ts'
import type { Origin, Problem } from './problem.ts'
import { type Path, type PlainObject, pathText } from './tree.ts'

export type YamlDocument = {
  value: unknown
  origins: Map<string, Origin>
  keys: Map<string, Origin>
  problems: Problem[]
}

/** Values a configuration may have after aliases are resolved; thousands of accounts fit, an alias bomb does not. */
const VALUES_MAX = 200_000
const ALIASES_MAX = 1_000
const DEPTH_MAX = 32
const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/

class Refused extends Error {}

class Reader {
  readonly origins = new Map<string, Origin>()
  readonly keys = new Map<string, Origin>()
  readonly problems: Problem[] = []
  private readonly lines = new LineCounter()
  private readonly name: string
  private readonly source: Origin['source']
  private readonly env: Environment
  private values = 0
  private aliases = 0
  private document: ReturnType<typeof parseDocument> | null = null

  constructor(name: string, source: Origin['source'], env: Environment) {
    this.name = name
    this.source = source
    this.env = env
  }

  read(text: string): unknown {
    const document = parseDocument(text, {
      lineCounter: this.lines,
      prettyErrors: false,
      logLevel: 'silent',
      stringKeys: false,
    })
    this.document = document
    for (const fault of [...document.errors, ...document.warnings]) this.syntaxProblem(fault)
    // A key given twice leaves the rest readable, so that its other problems can be told in the same run.
    if (document.errors.some(error => error.code !== 'DUPLICATE_KEY')) return undefined
    return this.node(document.contents, [], 0)
  }

  private place(offset: number): Origin {
    const { line, col } = this.lines.linePos(offset)
    return { source: this.source, name: this.name, line: Math.max(1, line), column: Math.max(1, col) }
  }

  private problem(path: Path, at: Origin, value: string | null, message: string, remedy: string): void {
    const { name: origin, line, column } = at
    this.problems.push({ path: pathText(path), origin, line, column, value, message, remedy })
  }

  private syntaxProblem(fault: { code: string; message: string; pos: [number, number] }): void {
    const twice = fault.code === 'DUPLICATE_KEY'
    const message = twice ? 'this key is given twice' : `this is not YAML: ${fault.message}`
    const remedy = twice
      ? 'Keep one of the two; otherwise it is a guess which one counts.'
      : 'Check the indentation (spaces only), colons followed by a space, and quotes on this line.'
    this.problem([], this.place(fault.pos[0]), null, message, remedy)
  }

  private node(node: unknown, path: Path, depth: number): unknown {
    this.values += 1
    if (this.values > VALUES_MAX || this.aliases > ALIASES_MAX || depth > DEPTH_MAX) throw new Refused()
    if (isAlias(node)) return this.alias(node, path, depth)
    const range = (node as Node | null)?.range
    if (range) this.origins.set(pathText(path), this.place(range[0]))
    if (isMap(node)) return this.map(node.items, path, depth)
    if (isSeq(node)) return node.items.map((item, index) => this.node(item, [...path, index], depth + 1))
    if (isScalar(node)) return this.scalar(node, path)
    return null
  }

  private alias(alias: Alias, path: Path, depth: number): unknown {
    this.aliases += 1
    const target = this.document === null ? undefined : alias.resolve(this.document)
    return target === undefined ? null : this.node(target, path, depth + 1)
  }

  private map(items: { key: unknown; value: unknown }[], path: Path, depth: number): PlainObject {
    const result: PlainObject = {}
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value) : ''
      const here = [...path, name]
      const range = (key as Node | null)?.range
      const origin = this.place(range ? range[0] : 0)
      if (!isScalar(key) || name === '__proto__') {
        this.problem(path, origin, null, 'this key is not a plain word', 'Use one of the documented keys.')
        continue
      }
      this.keys.set(pathText(here), origin)
      // A key without a value has no node of its own: it stands where its key does.
      this.origins.set(pathText(here), origin)
      result[name] = this.node(value, here, depth + 1)
    }
    return result
  }

  private scalar(scalar: Scalar, path: Path): unknown {
    const at = this.place(scalar.range?.[0] ?? 0)
    if (typeof scalar.value === 'number') return this.number(scalar.source ?? String(scalar.value), path, at)
    if (typeof scalar.value !== 'string') return scalar.value
    const { text, missing, changed } = interpolate(scalar.value, this.env)
    for (const name of missing) {
      const remedy = `Set ${name}, or give a fallback: \${${name}:-value}.`
      this.problem(path, at, null, `the variable ${name} is not set or empty`, remedy)
    }
    if (changed) this.origins.set(pathText(path), { ...at, written: scalar.value })
    // An unset variable must not come up a second time as an empty text.
    if (missing.length > 0) return undefined
    // Unquoted, `${SPEED}` means what the variable's text would mean if it stood there: a number stays a number.
    if (!changed || scalar.type !== Scalar.PLAIN) return text
    if (NUMBER.test(text)) return this.number(text, path, { ...at, written: scalar.value })
    return text === 'true' ? true : text === 'false' ? false : text
  }

  private number(source: string, path: Path, at: Origin): number {
    const value = Number(source)
    const exact = Number.isFinite(value) && dec(source).eq(value)
    if (!exact) {
      const remedy =
        'Write amounts with this many digits in quotes; other values as ordinary decimal numbers.'
      this.problem(path, at, at.written ?? source, 'this number cannot be held exactly', remedy)
    }
    return value
  }
}

/** Parses `text`. Never throws: what cannot be read is in `problems`. */
export const readYaml = (
  text: string,
  name: string,
  env: Environment,
  source: Origin['source'] = 'file',
): YamlDocument => {
  const reader = new Reader(name, source, env)
  const done = (value: unknown): YamlDocument => ({
    value,
    origins: reader.origins,
    keys: reader.keys,
    problems: reader.problems,
  })
  try {
    return done(reader.read(text))
  } catch (error) {
    // Depth is ours (`Refused`) or the parser's own stack (`RangeError`); anything else is a defect.
    if (!(error instanceof Refused) && !(error instanceof RangeError)) throw error
    reader.problems.push({
      path: '',
      origin: name,
      line: null,
      column: null,
      value: null,
      message: 'this grows too large or too deep when its aliases are resolved',
      remedy: 'Write the values out instead of nesting *aliases.',
    })
    return done(undefined)
  }
}
