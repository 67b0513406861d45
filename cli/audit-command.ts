/** `latch audit`: who used the scopes trade and admin, of a running engine. */
import { Command } from 'commander'
import { type ClientOptions, withClientOptions } from './engine-client.ts'
import { printList } from './read-commands.ts'

type Options = ClientOptions & {
  account?: string
  from?: string
  to?: string
  limit?: string
  json?: boolean
}

const audit = (options: Options): Promise<void> => {
  const { account, from, to, limit } = options
  return printList(options, {
    path: '/audit',
    parameters: { account_id: account, from, to, limit },
    keys: ['at', 'by', 'peer', 'action', 'scope', 'account_ids', 'status', 'code', 'before', 'after'],
    name: 'rows',
  })
}

export const auditCommand = (): Command =>
  withClientOptions(
    new Command('audit')
      .description('who changed what, newest first (of a running engine; takes an admin token)')
      .option('--account <id>', 'only about this account')
      .option('--from <time>', 'only from this UTC time on')
      .option('--to <time>', 'only before this UTC time')
      .option('--limit <n>', 'number of rows'),
  ).action(audit)
