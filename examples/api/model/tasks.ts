import { z } from 'zod'
import { database } from './database.ts'

/** What a client sends to make a task. What else it sends is refused, so that a slip of the pen is found. */
export const newTask = z.strictObject({
  title: z.string().trim().min(1).max(200),
  done: z.boolean().default(false),
})

/** What a client sends to change one: what it leaves out stays. */
export const taskChanges = z.strictObject({
  title: newTask.shape.title.optional(),
  done: z.boolean().optional(),
})

/** What a client may ask of the list. */
export const listing = z.strictObject({
  done: z.stringbool().optional().describe('Only those that are done, or those that are not'),
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('How many at most'),
  before: z.coerce.number().int().optional().describe('Only those with smaller ids'),
})

/** What a client gets. */
export const task = z.object({
  id: z.int(),
  title: z.string(),
  done: z.boolean(),
  created: z.iso.datetime(),
})
export type Task = z.infer<typeof task>

/** A task as the table has it: a truth is a number there. */
const row = z.object({ ...task.shape, done: z.number().transform(Boolean) })

/** A page of tasks, the newest first: those that are done, those that are not, or all. */
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

/** Whether there was one. */
export async function deleteTask(id: number): Promise<boolean> {
  const db = await database()
  const { rowsAffected } = await db.execute({ sql: 'delete from tasks where id = ?', args: [id] })
  return rowsAffected > 0
}
