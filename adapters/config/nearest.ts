/** Shared with whatever else reads names that people write. */
export { editDistance, nearest } from '../../domain/nearest.ts'
