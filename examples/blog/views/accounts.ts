/** Who the visitor is: signing up, logging in and out. */
import {
  Blueprint,
  flash,
  g,
  makeResponse,
  redirect,
  renderTemplate,
  request,
  session,
  urlFor,
} from 'phial'
import { account, credentials, findUser, logIn, signUp, type User } from '../model/users.ts'

declare module 'phial' {
  interface Session {
    userId?: number
  }
  interface Globals {
    /** Who is logged in, if anybody is. */
    user?: User | undefined
  }
}

export const accounts = new Blueprint('accounts', import.meta.url)

accounts.route('/register', { methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(account)
  const user = form.isValid ? await signUp(form.data) : undefined
  if (form.isValid && user === undefined) form.addError('name', 'Somebody has this name already.')
  if (user === undefined)
    return makeResponse(renderTemplate('accounts/register', { form }), form.status)
  return enter(user)
})

accounts.route('/login', { methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(credentials)
  const user = form.isValid ? await logIn(form.data) : undefined
  if (form.isValid && user === undefined)
    form.addError(undefined, 'This is not the right name or password.')
  if (user === undefined)
    return makeResponse(renderTemplate('accounts/login', { form }), form.status)
  return enter(user)
})

accounts.post('/logout', () => {
  session.clear()
  flash('You are logged out.')
  return redirect(urlFor('posts.index'))
})

/** Logs a visitor in, and sends them to where they were going. */
function enter(user: User) {
  session.regenerate()
  session.userId = user.id
  flash(`Welcome, ${user.name}.`)
  const next = request.args.get('next') ?? ''
  // Only to a page of this site: `//elsewhere` is another one.
  return redirect(/^\/(?!\/)/.test(next) ? next : urlFor('posts.index'))
}

/** Before each request: who is it? */
export async function loadUser(): Promise<void> {
  if (request.endpoint === 'static' || session.userId === undefined) return
  g.user = await findUser(session.userId)
}

/** Before what only somebody who is logged in may do: sends everybody else to the login, and then back. */
export function requireUser() {
  if (g.user !== undefined) return undefined
  flash('Please log in first.')
  const next = request.queryString === '' ? request.path : request.fullPath
  return redirect(urlFor('accounts.login', { next }))
}
