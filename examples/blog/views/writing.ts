/** The pages on which authors write posts. They require a logged-in user. */
import {
  abort,
  Blueprint,
  flash,
  g,
  int,
  makeResponse,
  redirect,
  renderTemplate,
  request,
  urlFor,
} from 'phial'
import { addPost, changePost, deletePost, draft, findPost, type Post } from '../model/posts.ts'
import { requireUser } from './accounts.ts'

export const writing = new Blueprint('writing', import.meta.url)

writing.beforeRequest(requireUser)

writing.route('/write', { methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(draft)
  if (!form.isValid) return makeResponse(renderTemplate('posts/write', { form }), form.status)
  const id = await addPost(form.data, g.user?.id ?? abort(401))
  flash('Your post is published.')
  return redirect(urlFor('posts.show', { id }))
})

const toPost = { params: { id: int } }

writing.route(
  '/posts/:id/edit',
  { ...toPost, methods: ['GET', 'POST'], endpoint: 'edit' },
  async ({ id }) => {
    const post = await ownPost(id)
    const form = await request.form(draft, { values: { title: post.title, text: post.text } })
    if (!form.isValid)
      return makeResponse(renderTemplate('posts/write', { form, post }), form.status)
    await changePost(id, form.data)
    flash('Your changes are published.')
    return redirect(urlFor('posts.show', { id }))
  },
)

writing.post('/posts/:id/delete', { ...toPost, endpoint: 'delete' }, async ({ id }) => {
  const post = await ownPost(id)
  await deletePost(id)
  flash(`“${post.title}” was deleted.`)
  return redirect(urlFor('posts.index'))
})

/** Returns a post of the logged-in user. */
async function ownPost(id: number): Promise<Post> {
  const post = (await findPost(id)) ?? abort(404)
  return post.author_id === g.user?.id ? post : abort(403, 'Only the author may change a post.')
}
