/** The posts, as their authors write them. Nobody gets here who is not logged in. */
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
  flash('Your post is there for everybody to read.')
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
    flash('Your changes are there for everybody to read.')
    return redirect(urlFor('posts.show', { id }))
  },
)

writing.post('/posts/:id/delete', { ...toPost, endpoint: 'delete' }, async ({ id }) => {
  const post = await ownPost(id)
  await deletePost(id)
  flash(`“${post.title}” is gone.`)
  return redirect(urlFor('posts.index'))
})

/** A post of the one who is logged in. */
async function ownPost(id: number): Promise<Post> {
  const post = (await findPost(id)) ?? abort(404)
  return post.author_id === g.user?.id ? post : abort(403, 'Only its author may change a post.')
}
