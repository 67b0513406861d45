/** Turns what the schema found into problems with a place and a remedy. */
import type { z } from 'zod'
import { exampleText } from './example.ts'
import type { Report } from './report.ts'
import { isObject, originAt, type Path, type SettingTree, valueAt } from './tree.ts'
import { reportUnknownKey } from './unknown-key.ts'

type Issue = z.core.$ZodIssue

const tellIssue = (report: Report, tree: SettingTree, issue: Issue, prefix: Path): void => {
  const path = [...prefix, ...issue.path] as Path
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) reportUnknownKey(report, tree, [...path, key])
    return
  }
  if (issue.code === 'invalid_union') {
    // The branch that went deepest is the form that was meant: a list of assets, a group of options.
    const inner = issue.errors.find(branch => branch.length > 0 && branch.every(each => each.path.length > 0))
    if (inner !== undefined) {
      for (const each of inner) tellIssue(report, tree, each, path)
      return
    }
  }
  if (report.has(path)) return
  const value = valueAt(tree.root, path)
  const origin = originAt(tree, path)
  const message = value === undefined ? `is missing: ${issue.message}` : issue.message
  const shown = isObject(value) || Array.isArray(value) ? undefined : value
  const group = issue.code === 'invalid_type' && issue.expected === 'object'
  report.problem(
    path,
    origin,
    shown,
    group ? 'expected a group of settings' : message,
    exampleText(path, origin),
  )
}

/** Adds one problem per issue of the schema. */
export const reportIssues = (report: Report, tree: SettingTree, error: z.ZodError): void => {
  for (const issue of error.issues) tellIssue(report, tree, issue, [])
}
