/** What keeps the house in order: who may import whom, what the pure rooms never touch, sizes, pins and signs on the doors. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const filesIn = (...folders: string[]): string[] =>
  folders.flatMap(folder => globSync(`${folder}/**/*.{ts,tsx,js}`, { cwd: ROOT })).toSorted()

/** Rooms of the engine, with what their files may import of each other and of the world. */
const ROOMS: Record<string, { rooms: string[]; vendors: string[] | 'any' }> = {
  domain: { rooms: [], vendors: ['decimal.js', 'trading-signals', 'zod'] },
  machines: { rooms: ['domain'], vendors: ['xstate'] },
  actors: { rooms: ['domain', 'machines'], vendors: 'any' },
  adapters: { rooms: ['domain', 'migrations'], vendors: 'any' },
  http: { rooms: ['domain', 'actors'], vendors: 'any' },
  cli: { rooms: ['domain', 'actors', 'adapters', 'http'], vendors: 'any' },
  migrations: { rooms: [], vendors: ['@mikro-orm/migrations'] },
  bench: { rooms: ['domain', 'machines', 'actors', 'adapters', 'cli', 'http', 'client'], vendors: 'any' },
  examples: { rooms: ['strategy.ts'], vendors: [] },
  client: { rooms: [], vendors: [] },
}
/** Where the parts are put together, and so everything may be imported. */
const COMPOSITION = ['actors/system.ts']

const IMPORT =
  /^\s*(?:import|export)\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

const importsOf = (path: string): string[] =>
  [...read(path).matchAll(IMPORT)].map(match => match[1] ?? match[2] ?? match[3] ?? '')

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
const roomOf = (path: string, specifier: string): string => {
  const target = relative(ROOT, join(ROOT, dirname(path), specifier))
  return target.includes('/') ? (target.split('/')[0] as string) : target
}
const vendorOf = (specifier: string): string => {
  const [scope, name] = specifier.split('/') as [string, string?]
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}

describe('arrows', () => {
  test.each(Object.entries(ROOMS))('%s imports only what it may', (room, { rooms, vendors }) => {
    const allowed = new Set([room, ...rooms])
    const wrong: string[] = []
    for (const path of filesIn(room)) {
      if (COMPOSITION.includes(path)) continue
      for (const specifier of importsOf(path)) {
        const isOurs = specifier.startsWith('.')
        const isWrong = isOurs
          ? !allowed.has(roomOf(path, specifier))
          : vendors !== 'any' && !vendors.includes(vendorOf(specifier))
        if (isWrong) wrong.push(`${path} imports ${specifier}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('the wiring, which may import everything, does: the reader of imports sees it', () => {
    for (const path of COMPOSITION) {
      expect(
        importsOf(path).some(specifier => roomOf(path, specifier) === 'adapters'),
        path,
      ).toBe(true)
    }
  })

  test('a strategy of one’s own reaches the domain through one file, which has nothing else', () => {
    expect(importsOf('strategy.ts').every(specifier => specifier.startsWith('./domain/'))).toBe(true)
  })

  test('every import of a file says its ending', () => {
    const wrong = filesIn(...Object.keys(ROOMS), 'test').flatMap(path =>
      importsOf(path)
        .filter(specifier => specifier.startsWith('.') && !/\.(ts|js|json)$/.test(specifier))
        .map(specifier => `${path}: ${specifier}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('the pure rooms', () => {
  const BANNED: [string, RegExp][] = [
    ['the clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/],
    ['chance', /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b/],
    ['timers', /\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/],
    ['the process', /\bprocess\./],
    ['the console', /\bconsole\./],
    ['the network', /\bfetch\(|\bWebSocket\b/],
    ['the system', /['"]node:/],
    ['promises of their own', /\basync\b|\bawait\b/],
  ]
  test.each(BANNED)('domain/ and machines/ know nothing of %s', (_what, pattern) => {
    const wrong = filesIn('domain', 'machines').filter(path => pattern.test(withoutComments(read(path))))
    expect(wrong).toEqual([])
  })

  test('the wall clock is read in one place, chance nowhere without a seed', () => {
    const reads = filesIn(...Object.keys(ROOMS)).filter(path =>
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b/.test(withoutComments(read(path))),
    )
    expect(reads.filter(path => !path.startsWith('bench/'))).toEqual(['cli/wall.ts'])
  })
})

describe('sizes', () => {
  const linesOf = (path: string): number => read(path).split('\n').length - 1
  /** Each with its reason. */
  const EXCEPTIONS: Record<string, string> = {
    'test/adapters/config/load.test.ts': 'one table of cases',
    'test/adapters/config/problems.test.ts': 'one table of cases',
  }
  test.each([
    [
      'a source file',
      300,
      ['domain', 'machines', 'actors', 'adapters', 'http', 'cli', 'bench', 'examples', 'client'],
    ],
    ['a chart', 260, ['machines']],
    ['a test', 340, ['test']],
  ] as const)('%s has at most %i lines', (_what, most, folders) => {
    const wrong = filesIn(...folders)
      .filter(path => EXCEPTIONS[path] === undefined && linesOf(path) > most)
      .map(path => `${path}: ${linesOf(path)}`)
    expect(wrong).toEqual([])
  })

  test('every exception is still needed', () => {
    for (const path of Object.keys(EXCEPTIONS)) {
      expect(existsSync(join(ROOT, path)) && linesOf(path) > 300, path).toBe(true)
    }
  })
})

describe('no way around', () => {
  const everything = filesIn(...Object.keys(ROOMS), 'test')
  test.each([
    ['`any`', /[:<,|(&]\s*any\b(?!\()|\bas any\b|\bany\[\]/],
    ['a silenced compiler', /@ts-(?:ignore|nocheck|expect-error)/],
    [
      'a test that is left out, or the only one',
      /\b(?:test|it|describe)\.(?:only|todo|fails)\b|\b(?:test|it)\.skip\b/,
    ],
    ['a note for later', /\b(?:TODO|FIXME|XXX|HACK)\b/],
  ])('there is no %s', (_what, pattern) => {
    const wrong = everything.filter(
      path => path !== 'test/tidy.test.ts' && pattern.test(withStrings(read(path))),
    )
    expect(wrong).toEqual([])
  })

  test('what cannot run here says so in its title', () => {
    const skips = everything.filter(
      path => path !== 'test/tidy.test.ts' && /\bdescribe\.skip(?:If)?\b/.test(read(path)),
    )
    expect(skips).toEqual([
      'test/adapters/store/backup.test.ts',
      'test/adapters/store/postgres-store.test.ts',
      'test/http/inspect-browser.test.ts',
    ])
  })
})

/** Text in quotes is no code: a message may say "any price". Directives stand in comments, so these stay. */
const withStrings = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, match =>
    /TODO|FIXME|XXX|HACK|@ts-/.test(match) ? match : '',
  )

describe('doors and locks', () => {
  /** The bench has a manual for reading its figures instead. */
  const DOORS = [...Object.keys(ROOMS).filter(room => room !== 'bench'), 'test', 'profiles']
  test.each(DOORS)('%s/ says in at most 30 lines what belongs in it', room => {
    const path = `${room}/README.md`
    expect(existsSync(join(ROOT, path)), `${path} is missing`).toBe(true)
    expect(read(path).split('\n').length - 1).toBeLessThanOrEqual(30)
    expect(read(path)).toMatch(/^# /)
    expect(read(path)).toMatch(/Never/)
    expect(read(path)).toMatch(/Read first/)
  })

  test('every room has one', () => {
    for (const room of Object.keys(ROOMS)) expect(existsSync(join(ROOT, room, 'README.md')), room).toBe(true)
  })

  test('every path a sign names is there', () => {
    for (const room of DOORS) {
      const named = [...read(`${room}/README.md`).matchAll(/`([\w-]+(?:\/[\w.-]*)*)`/g)].map(
        match => match[1] ?? '',
      )
      for (const path of named.filter(each => /\/|\.(ts|yaml|md)$/.test(each))) {
        const found = [join(ROOT, path), join(ROOT, room, path)].some(each => existsSync(each))
        expect(found, `${room}/README.md names ${path}`).toBe(true)
      }
    }
  })

  type Package = Record<'dependencies' | 'optionalDependencies' | 'devDependencies', Record<string, string>>
  const pkg = JSON.parse(read('package.json')) as Package
  const all = { ...pkg.dependencies, ...pkg.devDependencies, ...pkg.optionalDependencies }

  test('every package is pinned to one version', () => {
    // The empty packages stand in for platforms that have no binary.
    const loose = Object.entries(all).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) && version !== 'npm:null@*',
    )
    expect(loose).toEqual([])
  })

  test('all packages of the mapper are of one version', () => {
    const versions = Object.entries(all).filter(([name]) => name.startsWith('@mikro-orm/'))
    expect(versions.length).toBeGreaterThan(1)
    expect(new Set(versions.map(([, version]) => version)).size).toBe(1)
  })
})

test('the lock file holds every optional package it names, or npm ci fails on a fresh machine', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const missing = Object.values(lock.packages)
    .flatMap(each => Object.keys(each.optionalDependencies ?? {}))
    .filter(name => !Object.keys(lock.packages).some(path => path.endsWith(`node_modules/${name}`)))
  expect(missing).toEqual([])
})
