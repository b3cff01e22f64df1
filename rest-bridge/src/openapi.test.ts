import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asRecord } from './projector.ts';
import { routes } from './routes.ts';
import { document } from './testing/conformance.ts';

const contract = `post /auth/register, post /auth/login, post /auth/logout, post /auth/refresh, get /users/profile,
  put /users/profile, get /users/{id}, post /users/follow, delete /users/unfollow, post /tweets, get /tweets, get /tweets/{id},
  delete /tweets/{id}, post /tweets/{tweet_id}/comments, get /tweets/{tweet_id}/comments, delete /comments/{id},
  post /tweets/{tweet_id}/like, delete /tweets/{tweet_id}/like, post /comments/{comment_id}/like,
  delete /comments/{comment_id}/like, get /notifications, put /notifications/{id}/read`;

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);
const schemaOf = (name: string) =>
  z.record(z.string(), z.unknown()).parse(asRecord(document.components.schemas)?.[name]);

describe('the OpenAPI document', () => {
  it('has exactly the routes of the contract', () => {
    const wanted = contract.split(',').map((route) => route.trim());
    expect(wanted).toHaveLength(22);
    expect(operations.map(({ name }) => name).sort()).toEqual(wanted.toSorted());
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(wanted.toSorted());
  });

  it('passes the linter under its recommended rules', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config });
    expect(found.map(({ ruleId, message, severity }) => `${severity} ${ruleId}: ${message}`)).toEqual([]);
  });

  it('describes every property that it has', () => {
    const schemas = Object.entries(asRecord(document.components.schemas) ?? {});
    const bare = schemas.flatMap(([name, schema]) =>
      Object.entries(asRecord(asRecord(schema)?.properties) ?? {}).flatMap(([key, value]) => {
        const text = JSON.stringify(value);
        return text.includes('"description"') ? [] : [`${name}.${key}`];
      }),
    );
    expect(bare).toEqual([]);
  });

  it('derives what is answered from the operations and their types', () => {
    expect(schemaOf('Notification').properties).toMatchObject({
      type: { enum: ['like', 'comment', 'follow', 'mention'] },
      tweet_id: { type: ['string', 'null'], pattern: '^[0-9a-f]{24}$' },
      user_id: { type: 'string', format: 'uuid' },
    });
    expect(schemaOf('User').required).not.toContain('is_following');
    expect(schemaOf('User').properties).not.toHaveProperty('email');
    expect(schemaOf('NotificationPage').required).toEqual(['items', 'next_cursor', 'unread_count']);
    expect(schemaOf('Follow').required).toEqual(['user_id', 'followers_count', 'following']);
  });

  it('has email and role always with the own user, which the graph cannot say', () => {
    const { properties, required } = schemaOf('OwnUser');
    expect(properties).toMatchObject({ email: { type: 'string' }, role: { type: 'string', enum: expect.any(Array) } });
    expect(asRecord(asRecord(properties)?.role)?.enum).not.toContain(null);
    expect(required).toEqual(expect.arrayContaining(['email', 'role']));
    expect(properties).toMatchObject({ bio: { type: ['string', 'null'] } });
  });

  it('documents the limits of what is sent', () => {
    expect(schemaOf('RegisterInput')).toMatchObject({
      required: ['email', 'username', 'password'],
      additionalProperties: false,
      properties: { username: { minLength: 3, maxLength: 30 }, password: { minLength: 8, maxLength: 128 } },
    });
    const listTweets = operations.find(({ name }) => name === 'get /tweets')?.operation.parameters;
    expect(listTweets).toContainEqual(
      expect.objectContaining({ name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } }),
    );
    for (const name of ['q', 'hashtag']) {
      const schema = expect.objectContaining({ minLength: 1, maxLength: 280 });
      expect(listTweets).toContainEqual(expect.objectContaining({ name, schema }));
    }
    const uuid = operations.find(({ name }) => name === 'get /users/{id}')?.operation.parameters;
    expect(JSON.stringify(uuid)).toContain('^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$');
  });
});
