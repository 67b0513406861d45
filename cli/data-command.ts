/** `latch data verify`: what a folder of candle files holds, and what is wrong with it. */
import { Command } from 'commander'
import { problemText } from '../adapters/market/data-error.ts'
import { type FileReport, verifyFolder } from '../adapters/market/verify.ts'
import { visible } from '../domain/text.ts'
import { EXIT } from './exit.ts'
import { type Column, table } from './output/table.ts'
import { terminalOf } from './output/terminal.ts'

const COLUMNS: Column<FileReport>[] = [
  { title: 'file', value: row => row.file },
  { title: 'symbol', value: row => row.symbol },
  { title: 'interval', value: row => row.interval },
  { title: 'rows', value: row => row.rows },
  { title: 'from', value: row => row.from },
  { title: 'to', value: row => row.to },
  { title: 'gaps', value: row => row.gaps.length },
  {
    title: 'problems',
    value: row => row.problems.length,
    style: row => (row.problems.length > 0 ? 'red' : null),
  },
]

const verify = async (folder: string, options: { json?: boolean }): Promise<void> => {
  const report = await verifyFolder(folder)
  if (!report.ok) process.exitCode = EXIT.failed
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    return
  }
  process.stdout.write(`${table(COLUMNS, report.files, terminalOf(process.stdout, process.env))}\n`)
  const problems = [...report.problems, ...report.files.flatMap(file => file.problems)]
  for (const problem of problems) process.stdout.write(`  ${visible(problemText(problem))}\n`)
  process.stdout.write(report.ok ? 'No faults and no gaps.\n' : `${problems.length} problems.\n`)
}

export const dataCommand = (): Command => {
  const command = new Command('data').description('look at stored market data')
  command
    .command('verify')
    .description('check every candle file of a folder; exit code 1 on a fault or gap')
    .argument('<folder>', 'folder of SYMBOL-INTERVAL.csv or .csv.gz files')
    .option('--json', 'print JSON')
    .action(verify)
  return command
}
