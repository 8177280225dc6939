/** Accounts: signing up, logging in and out. */
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
    /** The logged-in user, if any. */
    user?: User | undefined
  }
}

export const accounts = new Blueprint('accounts', import.meta.url)

accounts.route('/register', { methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(account)
  const user = form.isValid ? await signUp(form.data) : undefined
  if (form.isValid && user === undefined) form.addError('name', 'This name is already taken.')
  if (user === undefined)
    return makeResponse(renderTemplate('accounts/register', { form }), form.status)
  return enter(user)
})

accounts.route('/login', { methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(credentials)
  const user = form.isValid ? await logIn(form.data) : undefined
  if (form.isValid && user === undefined)
    form.addError(undefined, 'The name or the password is wrong.')
  if (user === undefined)
    return makeResponse(renderTemplate('accounts/login', { form }), form.status)
  return enter(user)
})

accounts.post('/logout', () => {
  session.clear()
  flash('You are logged out.')
  return redirect(urlFor('posts.index'))
})

/** Logs a user in, and redirects to the page that the user wanted. */
function enter(user: User) {
  session.regenerate()
  session.userId = user.id
  flash(`Welcome, ${user.name}.`)
  const next = request.args.get('next') ?? ''
  // Only to a page of this site: `//elsewhere` is another site.
  return redirect(/^\/(?!\/)/.test(next) ? next : urlFor('posts.index'))
}

/** Loads the user before each request. */
export async function loadUser(): Promise<void> {
  if (request.endpoint === 'static' || session.userId === undefined) return
  g.user = await findUser(session.userId)
}

/** Requires a logged-in user. Redirects other visitors to the login, and from there back. */
export function requireUser() {
  if (g.user !== undefined) return undefined
  flash('Please log in first.')
  const next = request.queryString === '' ? request.path : request.fullPath
  return redirect(urlFor('accounts.login', { next }))
}
