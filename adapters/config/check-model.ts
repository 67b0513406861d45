/** Rules between the models of an account: which can stand in for each other. */
import { isScripted } from './convert-model.ts'
import type { Report } from './report.ts'
import { originAt, type Path, type SettingTree, valueAt } from './tree.ts'

/** A fallback is asked at the same address, so that a built-in model cannot stand in for another, nor the other way. */
const checkKinds = (tree: SettingTree, path: Path, report: Report): void => {
  const name = valueAt(tree.root, [...path, 'name'])
  if (typeof name !== 'string') return
  const fallbacks = valueAt(tree.root, [...path, 'fallbacks'])
  const sanitizer = valueAt(tree.root, [...path, 'sanitizer'])
  const named: [Path, unknown][] = [
    ...(Array.isArray(fallbacks) ? fallbacks : []).map((each): [Path, unknown] => [
      [...path, 'fallbacks'],
      each,
    ]),
    [[...path, 'sanitizer'], sanitizer === 'off' ? undefined : sanitizer],
  ]
  for (const [at, other] of named) {
    if (typeof other !== 'string' || isScripted(other) === isScripted(name)) continue
    const message = `built-in and other models cannot stand in for each other; the model is ${name}`
    report.problem(at, originAt(tree, at), other, message, `Name a model of the same kind as ${name}.`)
  }
}

/** Checks the models of the completed tree. Tolerates values of the wrong type, which the schema reports. */
export const checkModels = (tree: SettingTree, report: Report): void => {
  const accounts = tree.root['accounts'] as unknown[]
  for (const index of accounts.keys()) checkKinds(tree, ['accounts', index, 'model'], report)
}
