import { describe, expect, it } from 'vitest';
import type { Role } from './context.ts';
import { createPolicy, defaultPolicyDir } from './policy.ts';
import { compilePolicy } from './policy-table.ts';

const table = await compilePolicy(defaultPolicyDir);
const policy = createPolicy(() => table);
const caller = (role: Role) => ({ userId: 'me', sessionId: 's', role });

describe('the policy', () => {
  it('lets users delete their own tweets and comments, and moderators and admins any', () => {
    for (const permission of ['tweet:delete', 'comment:delete'] as const) {
      expect(policy.can(caller('user'), permission, 'me')).toBe(true);
      expect(policy.can(caller('user'), permission, 'other')).toBe(false);
      expect(policy.can(caller('moderator'), permission, 'other')).toBe(true);
      expect(policy.can(caller('admin'), permission, 'other')).toBe(true);
    }
  });

  it('lets only admins assign roles', () => {
    expect(policy.can(caller('user'), 'role:assign', 'me')).toBe(false);
    expect(policy.can(caller('moderator'), 'role:assign', 'other')).toBe(false);
    expect(policy.can(caller('admin'), 'role:assign', 'other')).toBe(true);
  });

  it('shows an email to its owner only, and a role to its owner and to admins', () => {
    for (const role of ['user', 'moderator', 'admin'] as const) {
      expect(policy.can(caller(role), 'email:read', 'me')).toBe(true);
      expect(policy.can(caller(role), 'email:read', 'other')).toBe(false);
      expect(policy.can(caller(role), 'role:read', 'me')).toBe(true);
      expect(policy.can(caller(role), 'role:read', 'other')).toBe(role === 'admin');
    }
  });

  it('denies what no rule names', () => {
    expect(policy.can(caller('admin'), 'tweet:transfer', 'me')).toBe(false);
    expect(() => policy.authorize(caller('admin'), 'tweet:transfer', 'me')).toThrow('You may not do this.');
  });
});
