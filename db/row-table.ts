import { isDeepStrictEqual } from 'node:util';
import type { Database, Statement } from 'better-sqlite3';
import { AppError, Message, note, readJobError, readMessage } from '../contract';
import type { Touched } from '../engine/ports/store';
import { type Doing, translating } from './errors';
import type { Kept, TableOf } from './tables';
import type { UnitOfWork } from './unit-of-work';

/** What SQLite binds and returns. */
export type SqlValue = string | number | null;

/** One column of a SELECT: the property it becomes, the SQL that gives it, and how to decode it (null: as it is). */
export interface Selected {
  readonly field: string;
  readonly sql: string;
  readonly decode: ((value: SqlValue) => unknown) | null;
}

export interface Context {
  readonly sqlite: Database;
  readonly unit: UnitOfWork;
}

/** The columns of a table as a SELECT list. */
export const selection = <Row>({ name, columns }: TableOf<Row>): Selected[] =>
  columns.map((column) => ({ field: column.field, sql: `${name}.${column.name}`, decode: DECODE[column.is] }));

/** Those of a SELECT list that give these properties. */
export const only = (selected: readonly Selected[], fields: readonly PropertyKey[]): Selected[] =>
  selected.filter(({ field }) => fields.includes(field));

/** A prepared SELECT, made at its first use. `tail` is SQL of ours; data comes in by `?` only. */
export class Query<Row> {
  private statement: Statement<SqlValue[], SqlValue[]> | null = null;

  constructor(
    private readonly sqlite: Database,
    private readonly selected: readonly Selected[],
    private readonly tail: string,
  ) {}

  all(...params: SqlValue[]): Row[] {
    return translating(() =>
      this.prepared()
        .all(...params)
        .map((values) => this.decode(values)),
    );
  }

  get(...params: SqlValue[]): Row | undefined {
    return translating(() => {
      const values = this.prepared().get(...params);
      return values && this.decode(values);
    });
  }

  private prepared(): Statement<SqlValue[], SqlValue[]> {
    const list = this.selected.map(({ sql }) => sql).join(', ');
    // Rows as arrays: a quarter faster than as objects over lists of 10,000.
    this.statement ??= this.sqlite.prepare<SqlValue[], SqlValue[]>(`SELECT ${list} ${this.tail}`).raw();
    return this.statement;
  }

  private decode(values: readonly SqlValue[]): Row {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < this.selected.length; i += 1) {
      const { field, decode } = this.selected[i] as Selected;
      const value = values[i] as SqlValue;
      row[field] = decode && value !== null ? decode(value) : value;
    }
    return row as Row;
  }
}

export interface RowTableOptions<Row> {
  /** The word for one row in a refusal. */
  readonly subject: string;
  /** The properties that identify a row, in the order in which the methods take them. */
  readonly key: ReadonlyArray<keyof Row & string>;
  /** What a change of this row touches. */
  readonly touches: (row: Row) => Touched[];
}

/**
 * Insert, update and remove by key for one table, and SELECTs over it. SQL is made from the names in `tables.ts` and
 * constants of ours, never from data. Writes go through the unit of work and note what they touch.
 */
export class RowTable<Row> {
  readonly name: string;
  private readonly columns: TableOf<Row>['columns'];
  private readonly selected: Selected[];
  private readonly insertSql: string;
  private readonly insertNewSql: string;
  private readonly where: string;
  private readonly byKey: Query<Row>;
  private readonly statements = new Map<string, Statement<SqlValue[]>>();

  constructor(
    private readonly context: Context,
    table: TableOf<Row>,
    private readonly options: RowTableOptions<Row>,
  ) {
    this.name = table.name;
    this.columns = table.columns;
    this.selected = selection(table);
    const names = this.columns.map(({ name }) => name);
    this.insertSql = `INSERT INTO ${this.name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    const key = options.key.map((field) => this.nameOf(field)).join(', ');
    this.insertNewSql = `${this.insertSql} ON CONFLICT (${key}) DO NOTHING`;
    this.where = `WHERE ${options.key.map((field) => `${this.nameOf(field)} = ?`).join(' AND ')}`;
    this.byKey = this.select(this.where);
  }

  /** A SELECT of whole rows; `tail` begins after FROM. */
  select(tail: string): Query<Row> {
    return new Query<Row>(this.context.sqlite, this.selected, `FROM ${this.name} ${tail}`);
  }

  /** The same for some columns; a JSON column that nobody asks for is not decoded. */
  selectOnly<K extends keyof Row>(fields: readonly K[], tail: string): Query<Pick<Row, K>> {
    return new Query<Pick<Row, K>>(this.context.sqlite, only(this.selected, fields), `FROM ${this.name} ${tail}`);
  }

  pick<K extends keyof Row>(fields: readonly K[], tail: string): Array<Pick<Row, K>> {
    return this.selectOnly(fields, tail).all();
  }

  get(...key: SqlValue[]): Row | undefined {
    return this.byKey.get(...key);
  }

  /** @throws AppError CONFLICT (UNIQUE, foreign key), RULE_BROKEN (CHECK, trigger), STORE_FAILED */
  insert(row: Row): void {
    this.write('insert', () => {
      this.run(this.insertSql, this.valuesOf(row));
      this.touch(row);
    });
  }

  /** As `insert`, but a row with this key that is there already is left as it is: false. */
  insertNew(row: Row): boolean {
    return this.write('insert', () => {
      const isNew = this.run(this.insertNewSql, this.valuesOf(row)) > 0;
      if (isNew) this.touch(row);
      return isNew;
    });
  }

  /**
   * Inserts `rest` once for each of these values of its column `field`, in this order, by one statement.
   * @throws AppError as `insert`; then none is inserted
   */
  insertEach<K extends keyof Row & string>(field: K, values: ReadonlyArray<Row[K] & string>, rest: Omit<Row, K>): void {
    this.write('insert', () => {
      const others = this.columns.filter((column) => column.field !== field);
      const selected = this.columns.map((column) => (column.field === field ? 'value' : '?')).join(', ');
      const names = this.columns.map(({ name }) => name).join(', ');
      const bound = others.map(({ field: other, is }) => encode(is, rest[other as keyof typeof rest]));
      const sql = `INSERT INTO ${this.name} (${names}) SELECT ${selected} FROM json_each(?)`;
      this.run(sql, [...bound, JSON.stringify(values)]);
      for (const value of values) this.touch({ ...rest, [field]: value } as Row);
    });
  }

  /**
   * Writes the properties of `patch` that differ from the row; when none does, nothing is written or touched.
   * @throws AppError NOT_FOUND when there is no such row, and as `insert`
   */
  update(key: readonly SqlValue[], patch: Partial<Row>): void {
    this.write('update', () => {
      const row = this.get(...key);
      if (!row) throw this.gone();
      const changed = this.columns.filter(({ field, is }) => differs(is, row[field], patch[field]));
      if (changed.length === 0) return;
      const values = changed.map(({ field, is }) => encode(is, patch[field]));
      const set = changed.map(({ name }) => `${name} = ?`).join(', ');
      this.run(`UPDATE ${this.name} SET ${set} ${this.where}`, [...values, ...key]);
      this.touch(row);
    });
  }

  /** Removes the row and what it owns; nothing happens when there is none. Returns the row that was. */
  remove(...key: SqlValue[]): Row | undefined {
    return this.write('remove', () => {
      const row = this.get(...key);
      if (!row) return undefined;
      this.run(`DELETE FROM ${this.name} ${this.where}`, [...key]);
      this.touch(row);
      return row;
    });
  }

  private gone(): AppError {
    return new AppError('NOT_FOUND', `The ${this.options.subject} does not exist (any more).`, {
      remedy: note('It may just have been removed: look again at what exists.'),
    });
  }

  private touch(row: Row): void {
    for (const touched of this.options.touches(row)) this.context.unit.touch(touched);
  }

  private write<R>(verb: Doing['verb'], fn: () => R): R {
    return this.context.unit.write(() => translating(fn, { subject: this.options.subject, verb }));
  }

  private valuesOf(row: Row): SqlValue[] {
    return this.columns.map(({ field, is }) => encode(is, row[field]));
  }

  /** Returns how many rows it changed. */
  private run(sql: string, values: SqlValue[]): number {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.context.sqlite.prepare<SqlValue[]>(sql)));
    return statement.run(...values).changes;
  }

  private nameOf(field: keyof Row): string {
    const found = this.columns.find((column) => column.field === field);
    if (!found) throw new Error(`${this.name} has no ${String(field)}`);
    return found.name;
  }
}

const DECODE: Record<Kept, Selected['decode']> = {
  plain: null,
  // Most lists in most rows are empty, and there are thousands of rows.
  json: (value) => (value === '[]' ? [] : (JSON.parse(String(value)) as unknown)),
  message: (value) => readMessage(Message, String(value)),
  jobError: (value) => readJobError(JSON.parse(String(value))),
  boolean: (value) => value === 1,
};

function encode(is: Kept, value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  switch (is) {
    case 'plain':
      return value as SqlValue;
    case 'json':
    case 'message':
    case 'jobError':
      return JSON.stringify(value);
    case 'boolean':
      return value === true ? 1 : 0;
  }
}

/** Whether a patch asks for another value; what it leaves out (or gives as undefined) stays. */
function differs(is: Kept, present: unknown, wanted: unknown): boolean {
  if (wanted === undefined) return false;
  return is === 'json' || is === 'message' ? !isDeepStrictEqual(present, wanted) : present !== wanted;
}
