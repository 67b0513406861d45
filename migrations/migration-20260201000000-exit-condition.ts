import { Migration } from '@mikro-orm/migrations'

/** The condition of the exit plan that closed a position. */
export class ExitCondition extends Migration {
  override up(): void {
    this.addSql('alter table positions add column exit_condition jsonb')
  }
}
