import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { database } from './database.ts'

/** The input for a post. */
export const draft = z.object({
  title: z.string().trim().min(1, 'Enter a title.').max(120),
  text: z.string().trim().min(1, 'Enter a text.').max(20_000),
  // Each form has another key, so that a form that is sent twice creates one post.
  key: z.uuid().default(() => randomUUID()),
})
export type Draft = z.infer<typeof draft>

const post = z.object({
  id: z.number(),
  title: z.string(),
  text: z.string(),
  created: z.string(),
  author_id: z.number(),
  author: z.string(),
})
export type Post = z.infer<typeof post>

const SELECT =
  'select posts.*, users.name as author from posts join users on users.id = posts.author_id'

/** The number of posts on a page. */
const PAGE = 10

/** Returns a page of posts, the newest first, and whether there are older ones. */
export async function listPosts(page: number): Promise<{ posts: Post[]; hasMore: boolean }> {
  const db = await database()
  const { rows } = await db.execute({
    sql: `${SELECT} order by posts.id desc limit ? offset ?`,
    args: [PAGE + 1, (page - 1) * PAGE],
  })
  const posts = rows.map((row) => post.parse(row))
  return { posts: posts.slice(0, PAGE), hasMore: posts.length > PAGE }
}

export async function findPost(id: number): Promise<Post | undefined> {
  const db = await database()
  const { rows } = await db.execute({ sql: `${SELECT} where posts.id = ?`, args: [id] })
  return rows[0] && post.parse(rows[0])
}

/** Stores a post, once for each key. Returns its id. */
export async function addPost({ title, text, key }: Draft, authorId: number): Promise<number> {
  const db = await database()
  await db.execute({
    sql: `insert into posts (title, text, key, author_id, created) values (?, ?, ?, ?, ?)
      on conflict (key) do nothing`,
    args: [title, text, key, authorId, new Date().toISOString()],
  })
  const { rows } = await db.execute({ sql: 'select id from posts where key = ?', args: [key] })
  return z.number().parse(rows[0]?.['id'])
}

export async function changePost(id: number, { title, text }: Draft): Promise<void> {
  const db = await database()
  await db.execute({
    sql: 'update posts set title = ?, text = ? where id = ?',
    args: [title, text, id],
  })
}

export async function deletePost(id: number): Promise<void> {
  const db = await database()
  await db.execute({ sql: 'delete from posts where id = ?', args: [id] })
}
