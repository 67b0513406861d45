/** How the cache of candle files does. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CacheStats } from '../../domain/cache-stats.ts'
import { candleCacheFolder, candleCacheReads } from './candle-cache.ts'

/** A folder that is not there, or a file that has just gone, counts as nothing. */
export const candleCacheStats = (dataDir: string): CacheStats => {
  const folder = candleCacheFolder(dataDir)
  const files = namesIn(folder).flatMap(name => sizeOf(join(folder, name)))
  return {
    name: 'candle_files',
    ...candleCacheReads,
    entries: files.length,
    bytes: files.reduce((sum, each) => sum + each.bytes, 0),
    oldestAt: files.length === 0 ? null : Math.min(...files.map(each => each.at)),
  }
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).filter(name => name.endsWith('.bin'))
  } catch {
    return []
  }
}

const sizeOf = (path: string): { bytes: number; at: number }[] => {
  try {
    const { size, mtimeMs } = statSync(path)
    return [{ bytes: size, at: Math.round(mtimeMs) }]
  } catch {
    return []
  }
}
