/** The pages that show posts to every visitor. */
import { abort, Blueprint, int, renderTemplate, request } from 'phial'
import { findPost, listPosts } from '../model/posts.ts'

export const posts = new Blueprint('posts', import.meta.url)

const page = int({ min: 1, max: 1_000_000 })

posts.get('/', { endpoint: 'index' }, async () => {
  const number = request.args.read('page', page, 1)
  return renderTemplate('posts/index', { page: number, ...(await listPosts(number)) })
})

posts.get('/posts/:id', { params: { id: int }, endpoint: 'show' }, async ({ id }) => {
  const post = await findPost(id)
  return post === undefined ? abort(404) : renderTemplate('posts/show', { post })
})
