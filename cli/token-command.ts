/** `latch token create|list|revoke`: who may see and steer what. Works on the data folder, with a running engine or not. */
import { userInfo } from 'node:os'
import { Command } from 'commander'
import { type Scope, SCOPES } from '../http/auth.ts'
import { openAuditFile } from '../http/audit-file.ts'
import { type ListedToken, openTokenStore, TokenRefused } from '../http/token-store.ts'
import { UsageError } from './exit.ts'
import { loadConfig } from './load-config.ts'
import { type Column, table } from './output/table.ts'
import { terminalOf } from './output/terminal.ts'
import { keepToken } from './token.ts'
import { wall } from './wall.ts'

type Options = { dataDir?: string; json?: boolean }
type CreateOptions = Options & { scope: string[]; account?: string[]; expires?: string }

const COLUMNS: Column<ListedToken>[] = [
  { title: 'token', value: row => row.id },
  { title: 'scopes', value: row => row.scopes.join(' ') },
  { title: 'accounts', value: row => (row.accounts === '*' ? 'all' : row.accounts.join(' ')) },
  { title: 'created', value: row => row.createdAt },
  { title: 'expires', value: row => (row.isExpired ? `${row.expiresAt} (over)` : row.expiresAt) },
  { title: 'last used', value: row => row.lastUsedAt },
]

/** The row a command leaves that was carried out on the machine itself. */
export const leaveAuditRow = (
  dataDir: string,
  action: string,
  notes: { accounts?: string[]; before?: unknown; after?: unknown },
): void =>
  openAuditFile(dataDir).append({
    at: wall.now(),
    id: `cli-${process.pid}`,
    by: `cli:${userInfo().username}`,
    peer: null,
    action: `latch ${action}`,
    scope: 'admin',
    accounts: notes.accounts ?? [],
    status: 200,
    code: null,
    durationMs: 0,
    before: notes.before ?? null,
    after: notes.after ?? null,
  })

const open = (options: Options) => {
  const { dataDir } = loadConfig({}, { dataDir: options.dataDir }).settings
  const { store, created } = openTokenStore(dataDir, wall.now, error => {
    throw error
  })
  // A folder without tokens got its first one, as at the first start.
  if (created !== null) keepToken(dataDir, created)
  return { store, dataDir }
}

const DURATION = /^(\d{1,5})([hd])$/

const expiryOf = (text: string | undefined): string | null => {
  if (text === undefined) return null
  const [, count, unit] = DURATION.exec(text) ?? []
  const at =
    count === undefined
      ? Date.parse(text)
      : wall.now() + Number(count) * (unit === 'd' ? 86_400_000 : 3_600_000)
  if (Number.isFinite(at) && at > wall.now()) return new Date(at).toISOString()
  throw new UsageError(`--expires is ${text}, but must be a length such as 90d or 12h, or a UTC time to come`)
}

const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text)

const usage = <Result>(work: () => Result): Result => {
  try {
    return work()
  } catch (error) {
    throw error instanceof TokenRefused && error.why !== 'busy' ? new UsageError(error.message) : error
  }
}

const create = (id: string, options: CreateOptions): void => {
  const scopes = options.scope.flatMap(each => each.split(','))
  const unknown = scopes.find(each => !isScope(each))
  if (unknown !== undefined)
    throw new UsageError(`--scope is ${unknown}, but must be one of ${SCOPES.join(', ')}`)
  const expiresAt = expiryOf(options.expires)
  const { store, dataDir } = open(options)
  const order = { scopes: scopes.filter(isScope), accounts: options.account ?? ('*' as const), expiresAt }
  const { token, made } = usage(() => store.create(id, order))
  leaveAuditRow(dataDir, 'token create', { accounts: options.account ?? [], after: made })
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ...made, token }, null, 2)}\n`)
  else {
    process.stderr.write(`Token ${id} (${scopes.join(' ')}). It is shown this once and kept nowhere:\n`)
    process.stdout.write(`${token}\n`)
  }
}

const list = (options: Options): void => {
  const tokens = open(options).store.list()
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(tokens, null, 2)}\n`
      : `${table(COLUMNS, tokens, terminalOf(process.stdout, process.env))}\n`,
  )
}

const revoke = (id: string, options: Options): void => {
  const { store, dataDir } = open(options)
  const gone = usage(() => store.revoke(id))
  leaveAuditRow(dataDir, 'token revoke', {
    accounts: gone.accounts === '*' ? [] : gone.accounts,
    before: gone,
  })
  process.stderr.write(`Token ${id} is refused from now on, and its sessions are over.\n`)
}

const withOptions = (command: Command): Command =>
  command.option('--data-dir <folder>', 'data folder of the engine').option('--json', 'print JSON')

export const tokenCommand = (): Command =>
  new Command('token')
    .description('make, list and revoke tokens of the HTTP interface; a running engine obeys at once')
    .addCommand(
      withOptions(
        new Command('create')
          .description('make a token and print it, once')
          .argument('<id>', 'its name; the journal says who said what by it')
          .requiredOption('--scope <scopes...>', 'read, trade or admin; each includes the ones before it')
          .option('--account <ids...>', 'only these accounts; all when left out')
          .option('--expires <time>', 'such as 90d, 12h, or a UTC time; never when left out'),
      ).action(create),
    )
    .addCommand(
      withOptions(new Command('list').description('tokens and when they were last used')).action(list),
    )
    .addCommand(
      withOptions(
        new Command('revoke').description('end a token and its sessions').argument('<id>', 'its name'),
      ).action(revoke),
    )
