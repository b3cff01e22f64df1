import { nothing } from './row.ts';

// What routes of a kind have in common.
export const reads = { method: 'get', auth: 'optional', limit: 'read', status: 200, fails: [] } as const;
export const signsIn = { method: 'post', auth: 'none', limit: 'auth', tag: 'Auth' } as const;
export const posts = { method: 'post', auth: 'required', limit: 'write' } as const;
export const puts = { method: 'put', auth: 'required', limit: 'write', status: 200 } as const;
export const deletes = { method: 'delete', auth: 'required', limit: 'write', status: 204, result: nothing } as const;
