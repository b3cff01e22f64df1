import { MongoServerError } from 'mongodb';
import { expect, it } from 'vitest';
import { toDomainError } from './errors.ts';

const codeOf = (error: unknown) => toDomainError(error).code;
const of = (message: string, properties: object) => Object.assign(new Error(message), properties);
const fromPostgres = (originalCode: string) =>
  of('a transaction failed', { name: 'DriverAdapterError', cause: { kind: 'postgres', originalCode } });

it.each([
  ['a refused connection', of('connect', { code: 'ECONNREFUSED' })],
  ['a lost one', new Error('wrapped', { cause: of('read', { code: 'ECONNRESET' }) })],
  ["pg's silent server", new Error('Query read timeout')],
  ['a PostgreSQL that shuts down', fromPostgres('57P01')],
  ['a PostgreSQL that starts', fromPostgres('57P03')],
  ['a PostgreSQL without a free connection', fromPostgres('53300')],
  ['a statement over its time', fromPostgres('57014')],
  [
    'what Prisma wraps for raw queries',
    of('raw', { code: 'P2010', meta: { driverAdapterError: fromPostgres('08006') } }),
  ],
  ['a MongoDB that shuts down', new MongoServerError({ message: 'going away', code: 91 })],
  ['a pool without a free connection', of('late', { name: 'MongoWaitQueueTimeoutError' })],
])('takes %s for an outage', (_what, error) => {
  expect(codeOf(error)).toBe('UNAVAILABLE');
});

it.each([
  ['a violated unique index', new MongoServerError({ message: 'duplicate', code: 11_000 })],
  ['a violated constraint', fromPostgres('23505')],
  ['a bug', new TypeError('undefined is not a function')],
  ['what is no error', 'down'],
])('does not take %s for one', (_what, error) => {
  expect(codeOf(error)).toBe('INTERNAL');
});

it('is not led astray by an error that causes itself', () => {
  const circular = new Error('round');
  circular.cause = circular;
  expect(codeOf(circular)).toBe('INTERNAL');
});
