/**
 * The backup file: gzipped lines of JSON. The first line is the header, then the rows of each table in the header's order,
 * one row a line, exactly as the database writes them, so that no number loses a digit.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip, createGzip, gzipSync } from 'node:zlib'
import { z } from 'zod'

const Header = z.object({
  format: z.literal('latch-backup'),
  version: z.literal(1),
  /** UTC ISO-8601. */
  createdAt: z.iso.datetime(),
  /** Migrations of the database it was made of, oldest first. */
  migrations: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.int().min(0) })),
  /** Of every line after the header, line ends included, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type BackupHeader = z.infer<typeof Header>

/** The file is no backup, or not whole. Nothing of it was taken. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged'
  constructor(file: string, what: string) {
    super(`The backup ${file} cannot be used: ${what}. Use another copy of it; the database was not changed.`)
  }
}

type Contents = Pick<BackupHeader, 'createdAt' | 'migrations'>
export type WrittenTable = { name: string; columns: string[]; rows: number }

/**
 * Writes a backup beside its place and moves it there when it is whole and on the disk; a file that is there already is
 * replaced. `rows` gives the lines and returns the tables they were of.
 */
export const writeBackup = async (
  file: string,
  contents: Contents,
  rows: () => AsyncGenerator<string, WrittenTable[]>,
): Promise<BackupHeader> => {
  const body = `${file}.body.tmp`
  const temporary = `${file}.tmp`
  try {
    const hash = createHash('sha256')
    let tables: WrittenTable[] = []
    const lines = async function* () {
      const source = rows()
      for (;;) {
        const { done, value } = await source.next()
        if (done === true) {
          tables = value
          return
        }
        const line = `${value}\n`
        hash.update(line)
        yield line
      }
    }
    await pipeline(lines, createGzip(), createWriteStream(body, { mode: 0o600 }))
    const header: BackupHeader = {
      format: 'latch-backup',
      version: 1,
      ...contents,
      tables,
      sha256: hash.digest('hex'),
    }
    // A gzip file may have several members; they read as one.
    const out = createWriteStream(temporary, { mode: 0o600 })
    out.write(gzipSync(`${JSON.stringify(header)}\n`))
    await pipeline(createReadStream(body), out)
    await chmod(temporary, 0o600)
    await toDisk(temporary)
    await rename(temporary, file)
    return header
  } finally {
    await rm(body, { force: true })
    await rm(temporary, { force: true })
  }
}

const toDisk = async (file: string): Promise<void> => {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Reads the lines of a backup; the first is the header. @throws BackupDamaged */
async function* linesOf(file: string): AsyncGenerator<string> {
  const gunzip = createGunzip()
  const decoder = new StringDecoder('utf8')
  const source = createReadStream(file)
  source.on('error', error => gunzip.destroy(error))
  source.pipe(gunzip)
  // An error of the stream ends the lines without a word, so it is kept and told.
  let failure: Error | null = null
  gunzip.on('error', error => {
    failure = error
  })
  try {
    // By hand: `readline` also parts lines at U+2028, which may stand inside a row.
    let rest = ''
    for await (const chunk of gunzip) {
      const parts = (rest + decoder.write(chunk as Buffer)).split('\n')
      rest = parts.pop() ?? ''
      yield* parts
    }
    if (rest !== '') yield rest
  } catch (error) {
    failure ??= error as Error
  }
  if (failure !== null) throw new BackupDamaged(file, damageOf(failure))
}

const damageOf = (error: Error): string => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  return code?.startsWith('Z_') === true ? 'it is not gzip, or was cut off' : error.message
}

const parseHeader = (file: string, line: string | undefined): BackupHeader => {
  let json: unknown = null
  try {
    json = JSON.parse(line ?? '')
  } catch {
    throw new BackupDamaged(file, 'it does not begin with a header')
  }
  const parsed = Header.safeParse(json)
  if (parsed.success) return parsed.data
  const { version } = (json ?? {}) as { version?: unknown }
  throw new BackupDamaged(
    file,
    typeof version === 'number' && version !== 1
      ? `it is of version ${version} and this engine reads version 1`
      : 'its header is not that of a backup',
  )
}

/** Reads the whole file once, to see that it is what its header says. @throws BackupDamaged */
export const verifyBackup = async (file: string): Promise<BackupHeader> => {
  const hash = createHash('sha256')
  let header: BackupHeader | null = null
  let rows = 0
  for await (const line of linesOf(file)) {
    if (header === null) {
      header = parseHeader(file, line)
      continue
    }
    hash.update(`${line}\n`)
    rows += 1
  }
  if (header === null) throw new BackupDamaged(file, 'it is empty')
  const expected = header.tables.reduce((sum, table) => sum + table.rows, 0)
  if (rows !== expected) throw new BackupDamaged(file, `it has ${rows} rows and its header says ${expected}`)
  if (hash.digest('hex') !== header.sha256) throw new BackupDamaged(file, 'its checksum does not match')
  return header
}

/** The rows of a verified backup, in the order of its tables. */
export async function* rowsOf(file: string): AsyncGenerator<string> {
  let isHeader = true
  for await (const line of linesOf(file)) {
    if (!isHeader) yield line
    isHeader = false
  }
}
