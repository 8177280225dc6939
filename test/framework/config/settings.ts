export const DEBUG = true
export const SECRET_KEY = 'from a module'
export const lower = 1
export default 'nothing'
