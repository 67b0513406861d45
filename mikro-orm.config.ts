/** For the MikroORM command line: the same database the engine opens, by `DATABASE_URL` or in `DATA_DIR`. */
import { databaseFolder } from './adapters/store/database-folder.ts'
import { pgliteOptions, postgresOptions } from './adapters/store/orm-options.ts'

const { DATABASE_URL, DATA_DIR } = process.env

export default DATABASE_URL
  ? postgresOptions(DATABASE_URL, 1)
  : pgliteOptions(databaseFolder(DATA_DIR ?? './data'))
