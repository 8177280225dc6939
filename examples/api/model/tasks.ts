import { z } from 'zod'
import { database } from './database.ts'

/** The input that creates a task. Other fields are rejected, so that misspellings are found. */
export const newTask = z.strictObject({
  title: z.string().trim().min(1).max(200),
  done: z.boolean().default(false),
})

/** The input that changes a task. Missing fields stay unchanged. */
export const taskChanges = z.strictObject({
  title: newTask.shape.title.optional(),
  done: z.boolean().optional(),
})

/** The query parameters of the list. */
export const listing = z.strictObject({
  done: z.stringbool().optional().describe('Only tasks that are done, or only those that are not'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .describe('The maximum number of tasks'),
  before: z.coerce.number().int().optional().describe('Only tasks with smaller ids'),
})

/** A task as a client receives it. */
export const task = z.object({
  id: z.int(),
  title: z.string(),
  done: z.boolean(),
  created: z.iso.datetime(),
})
export type Task = z.infer<typeof task>

/** A task as it is stored: the table has a number instead of a boolean. */
const row = z.object({ ...task.shape, done: z.number().transform(Boolean) })

/** Returns a page of tasks, the newest first: those that are done, those that are not, or all. */
export async function listTasks({
  done,
  limit,
  before,
}: z.output<typeof listing>): Promise<Task[]> {
  const db = await database()
  const { rows } = await db.execute({
    sql: `select * from tasks
      where (:done is null or done = :done) and (:before is null or id < :before)
      order by id desc limit :limit`,
    args: { done: done ?? null, before: before ?? null, limit },
  })
  return rows.map((one) => row.parse(one))
}

export async function findTask(id: number): Promise<Task | undefined> {
  const db = await database()
  const { rows } = await db.execute({ sql: 'select * from tasks where id = ?', args: [id] })
  return rows[0] && row.parse(rows[0])
}

export async function addTask({ title, done }: z.infer<typeof newTask>): Promise<Task> {
  const db = await database()
  const { rows } = await db.execute({
    sql: 'insert into tasks (title, done, created) values (?, ?, ?) returning *',
    args: [title, done, new Date().toISOString()],
  })
  return row.parse(rows[0])
}

export async function changeTask(
  id: number,
  { title, done }: z.infer<typeof taskChanges>,
): Promise<Task | undefined> {
  const db = await database()
  const { rows } = await db.execute({
    sql: 'update tasks set title = coalesce(?, title), done = coalesce(?, done) where id = ? returning *',
    args: [title ?? null, done ?? null, id],
  })
  return rows[0] && row.parse(rows[0])
}

/** Deletes a task. Returns whether it existed. */
export async function deleteTask(id: number): Promise<boolean> {
  const db = await database()
  const { rowsAffected } = await db.execute({ sql: 'delete from tasks where id = ?', args: [id] })
  return rowsAffected > 0
}
